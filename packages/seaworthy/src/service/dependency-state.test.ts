import { callChannel, manualClock, seededRandom, type CallMessage } from 'seaworthy/core'
import { constant } from 'seaworthy/resilience'
import { expect, test } from 'vitest'
import { dependency } from './dependency.ts'
import type { DependencyOptions } from './dependency-options.ts'

/** A dependency whose calls and probes end as told. */
function setup(options: Partial<DependencyOptions> = {}) {
  const clock = manualClock()
  const runtime = { clock, random: seededRandom('state') }
  const told: { call: () => Promise<string>; probe: (signal: AbortSignal) => Promise<void> } = {
    call: () => Promise.resolve('fine'),
    probe: () => Promise.resolve(),
  }
  const mail = dependency(
    {
      name: 'mail',
      retry: false,
      breaker: { trip: { kind: 'consecutive', failures: 3 }, openFor: '30s' },
      ...options,
      call: () => told.call(),
      fallback: [constant('none', 'none')],
    },
    runtime,
  )
  const probe = {
    every: '10s',
    timeout: '2s',
    call: ({ signal }: { readonly signal: AbortSignal }) => told.probe(signal),
  } as const
  return { clock, runtime, told, mail, probe }
}

const down = (): Promise<never> => Promise.reject(new Error('down'))

test('state: without a probe, time alone leads from an open breaker to another try, and a call to up', async () => {
  const { clock, told, mail } = setup()
  told.call = down
  for (let i = 0; i < 3; i++) await mail()
  expect(mail.status()).toMatchObject({ state: 'down', breaker: 'open' })
  await clock.advance(30_000)
  expect(mail.status()).toMatchObject({ state: 'impaired', breaker: 'half-open' })
  told.call = () => Promise.resolve('fine')
  expect((await mail()).source).toBe('live')
  expect(mail.status()).toMatchObject({ state: 'up', breaker: 'closed' })
})

test('state: one failed call impairs for a minute, then nothing is known; the next good call is up', async () => {
  const { clock, told, mail } = setup()
  await mail()
  told.call = down
  await mail()
  expect(mail.status()).toMatchObject({ state: 'impaired', reason: 'the last call failed' })
  await clock.advance(60_000)
  expect(mail.status()).toMatchObject({ state: 'unknown', reason: 'nothing heard since a call failed' })
  told.call = () => Promise.resolve('fine')
  await mail()
  expect(mail.status()).toMatchObject({ state: 'up', reason: '' })
})

test('state: `since` is when the state began, whatever the reasons within it', async () => {
  const { clock, told, mail } = setup()
  told.call = down
  await mail()
  await clock.advance(5_000)
  await mail()
  expect(mail.status().since).toEqual(new Date(clock.wallTime() - 5_000))
})

test('onChange: tells of each change once, also of what an operator does, until stopped', async () => {
  const { told, mail } = setup()
  const seen: string[] = []
  const stop = mail.onChange(() => seen.push(mail.status().state))
  await mail()
  await mail()
  told.call = down
  await mail()
  mail.forceOpen('maintenance')
  mail.reset()
  stop()
  await mail()
  expect(seen).toEqual(['up', 'impaired', 'down', 'up'])
})

test('onChange: a listener that throws changes nothing', async () => {
  const { mail } = setup()
  const warned = new Promise((resolve) => process.once('warning', resolve))
  mail.onChange(() => {
    throw new Error('broken listener of a state')
  })
  expect((await mail()).source).toBe('live')
  await expect(warned).resolves.toMatchObject({ message: 'broken listener of a state' })
})

test('classify: an error that says nothing moves neither breaker nor state and is not tried again', async () => {
  const messages: CallMessage[] = []
  using _ = callChannel.subscribe((message) => messages.push(message))
  const { told, mail } = setup({ classify: () => 'ignored', retry: { attempts: 3 } })
  told.call = down
  for (let i = 0; i < 5; i++) expect((await mail()).source).toBe('none')
  expect(mail.status()).toMatchObject({ state: 'unknown', breaker: 'closed' })
  expect(messages.map(({ attempts, outcome }) => [attempts, outcome])).toEqual(Array(5).fill([1, 'ignored']))
})

test('classify: one that throws counts as a failure and does not replace the error', async () => {
  const warned = new Promise((resolve) => process.once('warning', resolve))
  const broken = dependency({
    name: 'broken',
    retry: false,
    classify: () => {
      throw new TypeError('broken classify of a state')
    },
    call: down,
  })
  await expect(broken()).rejects.toThrow('down')
  expect(broken.status().state).toBe('impaired')
  await warned
})

test('probe: one at a time; who asks meanwhile gets the same answer', async () => {
  const started: (() => void)[] = []
  const asked = dependency({
    name: 'asked',
    probe: { call: () => new Promise<void>((resolve) => started.push(resolve)) },
  })
  const both = Promise.all([asked.probe(), asked.probe()])
  expect(started.length).toBe(1)
  started[0]?.()
  expect(await both).toEqual([true, true])
  const next = asked.probe()
  started[1]?.()
  expect(await next).toBe(true)
})

test('probe: one that ignores its signal is given up at its limit, and those left running are bounded', async () => {
  const clock = manualClock()
  let running = 0
  const stuck = dependency(
    {
      name: 'stuck',
      probe: {
        timeout: '2s',
        call: () => {
          running++
          return new Promise(() => {})
        },
      },
    },
    { clock, random: seededRandom('probe') },
  )
  for (let i = 0; i < 10; i++) {
    const asking = stuck.probe()
    await clock.advance(2_000)
    expect(await asking).toBe(false)
  }
  expect(running).toBe(3)
  expect(stuck.status()).toMatchObject({ state: 'down', reason: '10 health probes in a row failed' })
})

test('probe: an abort ends it at once and is no evidence', async () => {
  const clock = manualClock()
  const slow = dependency(
    { name: 'slow', probe: { call: () => new Promise(() => {}) } },
    { clock, random: seededRandom('probe') },
  )
  const controller = new AbortController()
  const asking = slow.probe(controller.signal)
  controller.abort()
  expect(await asking).toBe(false)
  expect(slow.status()).toMatchObject({ state: 'unknown', lastProbe: undefined })
})

test('probe: closes also a breaker that asks for many good probes', async () => {
  const { told, mail } = setup({
    breaker: { trip: { kind: 'consecutive', failures: 1 }, probes: 1, successes: 500 },
    probe: { call: () => Promise.resolve() },
  })
  told.call = down
  await mail()
  await mail.probe()
  expect(mail.status()).toMatchObject({ state: 'up', breaker: 'closed' })
})

test('dependency: a fallback without a call is refused', () => {
  const options = { name: 'x', fallback: [constant('none', null)] }
  expect(() => dependency(options as { name: string })).toThrow('"fallback" must be one of')
})
