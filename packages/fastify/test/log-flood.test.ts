import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

test('log: lines never wait for a reader; what does not fit is dropped and counted, the rest comes at the end', async () => {
  const child = fork(join(import.meta.dirname, 'log-flood.ts'), { silent: true })
  const [{ dropped }] = (await once(child, 'message')) as [{ readonly dropped: number }]
  expect(dropped).toBeGreaterThan(500)
  expect(dropped).toBeLessThan(700)
  child.send('go on')
  const ended = once(child, 'exit')
  const lines = (await text(child.stdout ?? Readable.from([]))).trim().split('\n')
  expect(lines.length).toBe(1_000 - dropped)
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ service: 'seaworthy' })
  expect((await ended)[0]).toBe(0)
})
