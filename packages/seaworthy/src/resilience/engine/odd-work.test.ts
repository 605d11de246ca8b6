import { expect, test } from 'vitest'
import { errorCode } from 'seaworthy/core'
import type { Work } from './call-context.ts'
import { expectNothingLeft, reason, settled, thenable, trials } from './odd-work.fixture.ts'

test.each(trials)('%s: work that answers with a plain value has succeeded', async (_what, setUp) => {
  for (const value of [5, undefined, null, '', { source: 1 }]) {
    const trial = setUp()
    const work = (() => value) as unknown as Work<unknown>
    expect(await settled(trial.clock, trial.call(work))).toEqual({ status: 'fulfilled', value })
    expectNothingLeft(trial)
  }
})

test.each(trials)('%s: work that throws at once has failed, with what it threw', async (_what, setUp) => {
  for (const thrown of [new Error('down'), null, 'text']) {
    const trial = setUp()
    const work = (): never => {
      AbortSignal.abort(thrown).throwIfAborted()
      throw new Error('not reached')
    }
    const outcome = await settled(trial.clock, trial.call(work))
    expect(outcome).toEqual({ status: 'rejected', reason: thrown })
    expectNothingLeft(trial)
  }
})

test.each(trials)(
  '%s: work that never settles ends with the abort of its caller, or with a timeout',
  async (what, setUp) => {
    const trial = setUp()
    const controller = new AbortController()
    let signal: AbortSignal | undefined
    const work: Work<unknown> = (context) => {
      signal = context.signal
      return new Promise(() => {})
    }
    const result = trial.call(work, { signal: controller.signal })
    if (what.startsWith('timeout') || what === 'five policies') {
      const outcome = await settled(trial.clock, result)
      expect(errorCode((outcome as PromiseRejectedResult).reason)).toBe('ERR_TIMEOUT')
      expect(errorCode(signal?.reason)).toBe('ERR_TIMEOUT')
    } else {
      await trial.clock.advance(1)
      controller.abort(reason)
      expect(await settled(trial.clock, result)).toEqual({ status: 'rejected', reason })
      expect(signal?.reason).toBe(reason)
    }
    expect(trial.clock.pending).toBe(0)
  },
)

test.each(trials)(
  '%s: work that settles after the abort changes nothing, and what it held is free then',
  async (what, setUp) => {
    const holds = /bulkhead|limit|shedder/.test(what) && !what.startsWith('rate')
    for (const settle of ['resolve', 'reject'] as const) {
      const trial = setUp()
      const controller = new AbortController()
      const work = Promise.withResolvers<unknown>()
      const result = trial.call(() => work.promise, { signal: controller.signal })
      await trial.clock.advance(1)
      controller.abort(reason)
      expect(await settled(trial.clock, result)).toEqual({ status: 'rejected', reason })
      expect(trial.underWay()).toBe(holds || what === 'five policies' ? 1 : 0)
      work[settle](new Error('too late'))
      await trial.clock.settle()
      expectNothingLeft(trial)
      expect(
        await settled(
          trial.clock,
          trial.call(async () => 'next'),
        ),
      ).toMatchObject({ value: 'next' })
    }
  },
)

/** Promises of another kind, which do not keep to what promises promise. */
const thenables: readonly (readonly [string, PromiseLike<unknown>['then']])[] = [
  ['resolves twice', thenable((resolve) => [resolve('first'), resolve('second')])],
  [
    'resolves and then rejects',
    thenable((resolve, reject) => [resolve('first'), reject(new Error('second'))]),
  ],
  [
    'resolves and then throws',
    thenable((resolve) => {
      resolve('first')
      throw new Error('second')
    }),
  ],
  ['resolves with a promise', thenable((resolve) => resolve(Promise.resolve('first')))],
]

test.each(trials)('%s: of a thenable that settles twice the first counts', async (_what, setUp) => {
  for (const [how, then] of thenables) {
    const trial = setUp()
    // What it is to say is exactly what a promise may not do.
    // oxlint-disable-next-line unicorn/no-thenable
    const work = (() => ({ then })) as unknown as Work<unknown>
    expect([how, await settled(trial.clock, trial.call(work))]).toEqual([
      how,
      { status: 'fulfilled', value: 'first' },
    ])
    expectNothingLeft(trial)
  }
})

test.each(trials)('%s: a thenable that rejects and then resolves has failed', async (_what, setUp) => {
  const trial = setUp()
  const error = new Error('first')
  const then = thenable((resolve, reject) => [reject(error), resolve('second')])
  // oxlint-disable-next-line unicorn/no-thenable
  const work = (() => ({ then })) as unknown as Work<unknown>
  expect(await settled(trial.clock, trial.call(work))).toEqual({ status: 'rejected', reason: error })
  expectNothingLeft(trial)
})

test.each(trials)('%s: work may call through the same policies again', async (_what, setUp) => {
  const trial = setUp()
  const inner: Work<unknown> = async () => 'inner'
  const outer: Work<unknown> = async () => `outer of ${String(await trial.call(inner))}`
  expect(await settled(trial.clock, trial.call(outer))).toEqual({
    status: 'fulfilled',
    value: 'outer of inner',
  })
  const failing: Work<unknown> = () => trial.call(() => Promise.reject(reason))
  expect(await settled(trial.clock, trial.call(failing))).toEqual({ status: 'rejected', reason })
  expectNothingLeft(trial)
})

test.each(trials)(
  '%s: an abort while the work is still in its first step ends the call',
  async (_what, setUp) => {
    const ends: readonly (() => unknown)[] = [
      () => Promise.resolve('too late'),
      () => Promise.reject(new Error('too late')),
      () => 'too late',
      () => {
        throw new Error('too late')
      },
      () => new Promise(() => {}),
    ]
    for (const end of ends.slice(0, 4)) {
      const trial = setUp()
      const controller = new AbortController()
      let started = 0
      const work = (() => {
        started++
        controller.abort(reason)
        return end()
      }) as Work<unknown>
      const outcome = await settled(trial.clock, trial.call(work, { signal: controller.signal }))
      expect(outcome).toEqual({ status: 'rejected', reason })
      expect(started).toBe(1)
      expectNothingLeft(trial)
    }
  },
)

test.each(trials)('%s: a call that was aborted before it began does not begin', async (_what, setUp) => {
  const trial = setUp()
  let started = 0
  const work: Work<unknown> = async () => started++
  const outcome = await settled(trial.clock, trial.call(work, { signal: AbortSignal.abort(reason) }))
  expect(outcome).toEqual({ status: 'rejected', reason })
  expect(started).toBe(0)
  expectNothingLeft(trial)
})
