import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApiProblem } from '../api/problem.ts'
import { stubImport } from '../testing/stub-data.ts'
import { nextStep, refusedFile, type ImportEvent, type ImportStep } from './import-step.ts'

const file = new File(['a'], 'items.csv')
const start: ImportStep = { name: 'choose' }
const run = (...events: readonly ImportEvent[]): ImportStep => events.reduce(nextStep, start)

test('nextStep: a file is checked, then taken on the vendor\u2019s word only', () => {
  const checked = run({ name: 'chosen', file }, { name: 'reported', report: stubImport('check', true) })
  expect(checked.name).toBe('checked')
  const taken = [{ name: 'take' }, { name: 'reported', report: stubImport('good', true) }] as const
  expect(taken.reduce<ImportStep>(nextStep, checked).name).toBe('taken')
})

test('nextStep: refusing leaves nothing but a note', () => {
  const step = run(
    { name: 'chosen', file },
    { name: 'reported', report: stubImport('check', true) },
    { name: 'refuse' },
  )
  expect(step).toMatchObject({ name: 'choose', note: expect.stringContaining('Nothing of items.csv') })
})

test('nextStep: a report that was not applied does not count as taken', () => {
  const step = run(
    { name: 'chosen', file },
    { name: 'reported', report: stubImport('check', true) },
    { name: 'take' },
    { name: 'reported', report: stubImport('all', true) },
  )
  expect(step.name).toBe('checked')
})

const events: fc.Arbitrary<ImportEvent> = fc.oneof(
  fc.constant({ name: 'chosen', file } as const),
  fc.double({ min: 0, max: 100, noNaN: true }).map((percent) => ({ name: 'sent', percent }) as const),
  fc.boolean().map((bad) => ({ name: 'reported', report: stubImport('good', bad) }) as const),
  fc.constantFrom({ name: 'take' } as const, { name: 'refuse' } as const, { name: 'again' } as const),
  fc.constant({ name: 'failed', problem: new ApiProblem({ title: 'Down', status: 503 }) } as const),
)

test('nextStep: nothing is taken without "take" after a check, whatever else happens', () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 40 }), (sequence) => {
      let step: ImportStep = start
      for (const event of sequence) {
        const next = nextStep(step, event)
        if (next.name === 'taking' && step.name !== 'taking') {
          expect([step.name, event.name]).toEqual(['checked', 'take'])
        }
        if (next.name === 'taken' && step.name !== 'taken') expect(step.name).toBe('taking')
        step = next
      }
    }),
  )
})

test.each([
  [{ name: 'items.xlsx', size: 10 }, 'not a CSV file'],
  [{ name: 'items.csv', size: 0 }, 'empty'],
  [{ name: 'items.csv', size: 100 * 1024 * 1024 + 1 }, 'larger than 100 MB'],
])('refusedFile: %o is refused in words', (bad, words) => {
  expect(refusedFile(bad)).toContain(words)
})

test('refusedFile: a CSV of 100 MB may go', () => {
  expect(refusedFile({ name: 'ITEMS.CSV', size: 100 * 1024 * 1024 })).toBeUndefined()
})
