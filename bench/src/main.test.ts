import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const run = promisify(execFile)

test('bench: an unknown group ends with exit code 2 and the list of groups', async () => {
  await expect(run(process.execPath, [main, 'nothing'])).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('forecast'),
  })
})

test('bench forecast: the JSON has the agreed form and the goals are met', { timeout: 60_000 }, async () => {
  const { stdout } = await run(process.execPath, [main, 'forecast', '--quick', '--json'])
  const result: unknown = JSON.parse(stdout)
  expect(result).toMatchObject({ group: 'forecast', node: process.version })
  const rows = new Map(
    (result as { rows: { case: string; ours: number }[] }).rows.map((row) => [row.case, row]),
  )
  const wape = rows.get('wape') as unknown as { ours: number; floor: number; peers: { value: number }[] }
  expect(wape.ours).toBeLessThanOrEqual(1.2 * wape.floor)
  expect(wape.ours).toBeLessThanOrEqual(0.8 * (wape.peers[0]?.value ?? 0))
  expect(rows.get('interval coverage')?.ours).toBeGreaterThan(75)
  expect(rows.get('interval coverage')?.ours).toBeLessThan(85)
  expect(rows.get('training')?.ours).toBeGreaterThan(0)
})
