import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 120_000 })

const script = join(import.meta.dirname, 'fixtures/waiting-process.ts')
const run = promisify(execFile)

/** What a process prints that ends by itself with 0; it fails otherwise. */
async function printedBy(wait: string): Promise<string> {
  const { stdout } = await run(process.execPath, [script, wait], { timeout: 30_000 })
  return stdout.trim()
}

test.each([
  ['sleep', 'came to slept'],
  ['retry', 'failed with down'],
  ['bulkhead', 'failed with ERR_QUEUE_TIMEOUT'],
  ['adaptiveLimit', 'failed with ERR_QUEUE_TIMEOUT'],
  ['rateLimit', 'came to second'],
  ['sharedRateLimit', 'failed with ERR_LIMIT_UNREACHABLE'],
  ['hedge', 'came to second'],
  ['timeout', 'failed with ERR_TIMEOUT'],
  ['chosenTimeout', 'failed with ERR_TIMEOUT'],
  ['timeouts', 'failed with ERR_TIMEOUT'],
  ['latency', 'came to sent'],
  ['fallback', 'failed with down'],
  ['fetch', 'failed with fetch failed'],
])('process: lives until what a caller waits for is over, then ends (%s)', async (wait, end) => {
  expect(await printedBy(wait)).toBe(`${wait} ${end}`)
})

test('process: policies that wait for nothing do not keep it alive', async () => {
  expect(await printedBy('nothing')).toBe('nothing came to done')
})
