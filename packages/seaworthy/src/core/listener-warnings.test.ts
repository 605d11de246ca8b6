import { afterEach, expect, test, vi } from 'vitest'
import { isolate } from './channel.ts'
import { ListenerWarnings } from './listener-warnings.ts'
import { manualClock } from './manual-clock.ts'

afterEach(() => void vi.restoreAllMocks())

function watched() {
  const clock = manualClock()
  const shown: Error[] = []
  const warnings = new ListenerWarnings(
    () => clock.now(),
    (warning) => shown.push(warning),
  )
  return { clock, shown, warnings, messages: () => shown.map(({ message }) => message) }
}

const unreadable = Object.assign(new Error('never read'), { kind: 'odd' })
Object.defineProperty(unreadable, 'message', {
  get: () => {
    throw new Error('no message')
  },
})
const revoked = Proxy.revocable({}, {})
revoked.revoke()

test.each([
  ['an object without a prototype', Object.create(null), '{}'],
  ['an error whose message throws', unreadable, '{"kind":"odd"}'],
  ['a proxy that was revoked', revoked.proxy, 'an object that JSON cannot write'],
  ['a symbol', Symbol('odd'), 'Symbol(odd)'],
  ['nothing', undefined, 'undefined'],
])('isolate: what throws %s disturbs nobody, and is reported', (_what, thrown: unknown, message) => {
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const broken = (): void => {
    throw thrown
  }
  expect(() => isolate(broken)).not.toThrow()
  expect(warned).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ name: 'SeaworthyListenerWarning', message }),
  )
})

test('isolate: the warning of an error has our name, its message, code and stack, and the error as its cause', async () => {
  const warned = new Promise<unknown>((resolve) => process.once('warning', resolve))
  const error = Object.assign(new TypeError('broken exporter'), { code: 'ERR_EXPORT' })
  isolate(() => {
    throw error
  })
  expect(await warned).toMatchObject({
    name: 'SeaworthyListenerWarning',
    message: 'broken exporter',
    code: 'ERR_EXPORT',
    detail: error.stack,
    cause: error,
  })
})

test('ListenerWarnings: the same message is shown once a minute, with how often it was not', async () => {
  const { clock, warnings, messages } = watched()
  for (let i = 0; i < 1_000; i++) warnings.report(new Error('broken'))
  await clock.advance(59_999)
  warnings.report(new Error('broken'))
  expect(messages()).toEqual(['broken'])
  await clock.advance(1)
  warnings.report(new Error('broken'))
  expect(messages()).toEqual(['broken', 'broken (and 1000 more that were not shown)'])
  await clock.advance(60_000)
  warnings.report(new Error('broken'))
  expect(messages().at(-1)).toBe('broken')
})

test('ListenerWarnings: at most 20 different messages are shown a minute, and the rest is counted', async () => {
  const { clock, shown, warnings, messages } = watched()
  for (let i = 0; i < 500; i++) warnings.report(`call ${i} failed`)
  expect(shown).toHaveLength(20)
  await clock.advance(60_000)
  warnings.report('call 500 failed')
  expect(messages().at(-1)).toBe('call 500 failed (and 480 more that were not shown)')
})

test('ListenerWarnings: cleared, they show every message again', () => {
  const { warnings, messages } = watched()
  warnings.report(new Error('broken'))
  warnings.report(new Error('broken'))
  warnings.clear()
  warnings.report(new Error('broken'))
  expect(messages()).toEqual(['broken', 'broken'])
})
