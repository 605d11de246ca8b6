import { expect, test } from 'vitest'
import { currentScope, recordProvenance, runInScope, ScopeRecorder, type Provenance } from './scope.ts'

function provenance(operation: string, source = 'live'): Provenance {
  return { dependency: 'mail', operation, source, asOf: new Date(0), degraded: source !== 'live' }
}

function recorder(): ScopeRecorder {
  return new ScopeRecorder('send', (sources) =>
    sources.some(({ degraded }) => degraded) ? 'degraded' : 'full',
  )
}

test('scope: the newest provenance of an operation counts, at the place of its first', () => {
  const scope = recorder()
  runInScope(scope, () => {
    recordProvenance(provenance('write'))
    recordProvenance(provenance('read'))
    recordProvenance(provenance('write', 'none'))
  })
  expect(scope.sources().map(({ operation, source }) => `${operation}: ${source}`)).toEqual([
    'write: none',
    'read: live',
  ])
  expect(scope.level()).toBe('degraded')
})

test('scope: remembers the first 100 operations and no more, and still takes what is new of those', () => {
  const scope = recorder()
  for (let i = 0; i < 150; i++) scope.record(provenance(`operation ${i}`))
  scope.record(provenance('operation 0', 'none'))
  expect(scope.sources().length).toBe(100)
  expect(scope.sources()[0]?.source).toBe('none')
})

test('scope: work at the same time has scopes of its own, and outside there is none', async () => {
  const [one, two] = [recorder(), recorder()]
  const work = (scope: ScopeRecorder, operation: string) =>
    runInScope(scope, async () => {
      await Promise.resolve()
      expect(currentScope()).toBe(scope)
      recordProvenance(provenance(operation))
    })
  await Promise.all([work(one, 'a'), work(two, 'b')])
  recordProvenance(provenance('c'))
  expect(currentScope()).toBeUndefined()
  expect([one, two].map((scope) => scope.sources().map(({ operation }) => operation))).toEqual([['a'], ['b']])
})
