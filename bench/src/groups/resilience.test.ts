import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { BenchRow } from '../bench-row.ts'
import { cases } from './resilience.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const run = promisify(execFile)

async function rowsOf(...args: readonly string[]): Promise<readonly BenchRow[]> {
  const { stdout } = await run(process.execPath, [main, 'resilience', '--quick', '--json', ...args])
  return (JSON.parse(stdout) as { rows: readonly BenchRow[] }).rows
}

test(
  'bench resilience: every row is there, all numbers are finite and above zero',
  { timeout: 60_000 },
  async () => {
    const rows = await rowsOf()
    expect(rows.map((row) => row.case)).toEqual(cases)
    for (const row of rows) {
      const numbers = [row.ours, row.floor ?? 1, ...row.peers.map(({ value }) => value)]
      for (const number of numbers) {
        expect(Number.isFinite(number), row.case).toBe(true)
        expect(number, row.case).toBeGreaterThan(0)
      }
    }
  },
)

test(
  'bench resilience: peers are named with the version that is installed',
  { timeout: 60_000 },
  async () => {
    const [row] = await rowsOf('--case', 'breaker closed')
    expect(row?.peers.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'cockatiel 4.0.0',
      'opossum 10.0.0',
      'mollitia 0.1.1',
      'effect 4.1.0',
    ])
  },
)

test('bench resilience: one case alone has neither other rows nor peers', { timeout: 60_000 }, async () => {
  const rows = await rowsOf('--case', 'retry success', '--alone')
  expect(rows).toEqual([
    { case: 'retry success', unit: 'ns', ours: expect.any(Number), floor: expect.any(Number), peers: [] },
  ])
})

test('bench: an unknown case ends with exit code 2 and the list of cases', async () => {
  await expect(run(process.execPath, [main, 'resilience', '--case', 'nothing'])).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('breaker closed'),
  })
})
