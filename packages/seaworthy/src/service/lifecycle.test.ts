import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { Lifecycle } from './lifecycle.ts'
import type { Resource } from './service.ts'

function setup(resources: readonly Resource[]) {
  const clock = manualClock()
  return { clock, lifecycle: new Lifecycle(resources, { clock, resourceLimitMs: 1_000 }) }
}

/** A resource that notes what happens to it. */
function noting(name: string, log: string[], start: () => Promise<void> = () => Promise.resolve()): Resource {
  return {
    name,
    start: async () => {
      log.push(`start ${name}`)
      await start()
    },
    stop: () => Promise.resolve(void log.push(`stop ${name}`)),
  }
}

test('lifecycle: starts in order, stops in reverse, and a second stop does nothing', async () => {
  const log: string[] = []
  const { clock, lifecycle } = setup([noting('a', log), { name: 'nothing' }, noting('b', log)])
  await lifecycle.start()
  await lifecycle.stop()
  await lifecycle.stop()
  expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  expect(clock.pending).toBe(0)
})

test('lifecycle: a stop during the start waits for the resource under way, starts no other and stops all', async () => {
  const log: string[] = []
  const up = Promise.withResolvers<void>()
  const { clock, lifecycle } = setup([noting('a', log), noting('b', log, () => up.promise), noting('c', log)])
  const started = lifecycle.start()
  started.catch(() => {})
  await clock.settle()
  const stopped = lifecycle.stop()
  await clock.settle()
  expect(log).toEqual(['start a', 'start b'])
  up.resolve()
  await stopped
  await expect(started).rejects.toMatchObject({
    code: 'ERR_START_FAILED',
    message: 'Cannot start c: the service is being stopped',
  })
  expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a'])
})

test('lifecycle: a stop tells the resource that is starting, which may give up', async () => {
  const { clock, lifecycle } = setup([
    {
      name: 'a',
      start: (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    },
  ])
  const started = lifecycle.start()
  started.catch(() => {})
  await clock.settle()
  await lifecycle.stop()
  await expect(started).rejects.toThrow('Cannot start a: the service is being stopped')
})

test('lifecycle: a resource that comes up after its time is stopped again', async () => {
  const log: string[] = []
  const up = Promise.withResolvers<void>()
  const { clock, lifecycle } = setup([noting('late', log, () => up.promise)])
  const started = lifecycle.start()
  started.catch(() => {})
  await clock.advance(1_000)
  await expect(started).rejects.toMatchObject({ code: 'ERR_START_FAILED' })
  expect(log).toEqual(['start late'])
  up.resolve()
  await clock.settle()
  expect(log).toEqual(['start late', 'stop late'])
})

test('lifecycle: a resource that never stops costs its limit, is told of, and the others stop', async () => {
  const log: string[] = []
  const warned = new Promise((resolve) => process.once('warning', resolve))
  const { clock, lifecycle } = setup([noting('a', log), { name: 'b', stop: () => new Promise(() => {}) }])
  await lifecycle.start()
  const stopped = lifecycle.stop()
  await clock.advance(1_000)
  await stopped
  expect(log).toEqual(['start a', 'stop a'])
  await expect(warned).resolves.toMatchObject({ code: 'ERR_STOP_FAILED' })
})
