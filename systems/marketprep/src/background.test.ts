import { createLogger, type LogLine } from 'seaworthy/telemetry'
import { expect, test } from 'vitest'
import { Background } from './background.ts'

function setUp(capacity?: number) {
  const lines: LogLine[] = []
  const logger = createLogger({ service: 'test', write: (line) => void lines.push(line) })
  const done: string[] = []
  const background = new Background(logger, capacity)
  const add = (subject: string, work: () => Promise<void> = async () => undefined): void => {
    background.add({
      name: 'work',
      subject,
      work: async () => {
        await work()
        done.push(subject)
      },
    })
  }
  return { background, add, done, lines }
}

test('Background: one after the other, in order; a failure is logged and stops nothing', async () => {
  const { background, add, done, lines } = setUp()
  let running = 0
  const alone = async (): Promise<void> => {
    expect(++running).toBe(1)
    await Promise.resolve()
    running--
  }
  for (const subject of ['a', 'b']) add(subject, alone)
  add('broken', () => Promise.reject(new Error('no luck')))
  add('c', alone)
  await background.idle()
  expect(done).toEqual(['a', 'b', 'c'])
  expect(lines).toMatchObject([{ level: 'error', task: 'work', subject: 'broken' }])
})

test('Background: what does not fit is dropped with a log line', async () => {
  const { background, add, done, lines } = setUp(2)
  for (const subject of ['first', 'second', 'dropped']) add(subject)
  await background.idle()
  expect(done).toEqual(['first', 'second'])
  expect(lines).toMatchObject([{ level: 'warn', subject: 'dropped' }])
})

test('Background: the same work for the same subject waits once', async () => {
  const { background, add, done, lines } = setUp()
  for (const subject of ['a', 'b', 'b', 'a', 'b']) add(subject)
  await background.idle()
  expect(done).toEqual(['a', 'b'])
  expect(lines).toEqual([])
})

test('Background: work that is added by work, or right after it, is done', async () => {
  const { background, add, done } = setUp()
  add('first', async () => add('second'))
  await background.idle()
  add('third')
  await background.idle()
  expect(done).toEqual(['first', 'second', 'third'])
})

test('Background: a stop aborts what runs, drops what waits, and takes no more', async () => {
  const { background, add, done, lines } = setUp()
  const started = Promise.withResolvers<void>()
  background.add({
    name: 'long',
    subject: 'x',
    work: (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
        started.resolve()
      }),
  })
  add('waits')
  await started.promise
  await background.stop()
  add('too late')
  await background.idle()
  expect(done).toEqual([])
  expect(lines).toMatchObject([{ level: 'info', subject: 'too late' }])
})
