import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchOptions, BenchRow } from './bench-row.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const run = promisify(execFile)

/** What a row may print, in bytes: a few lines of JSON. */
const outputMax = 1 << 20

/**
 * Measures one row in a process of its own, so that what the compiler has learned from other rows changes nothing and a row
 * says the same alone and among all.
 */
export async function rowInProcess(group: string, name: string, options: BenchOptions): Promise<BenchRow> {
  const { isQuick, isAlone, rounds } = options
  const args = [main, group, '--json', '--case', name]
  if (isQuick) args.push('--quick')
  if (isAlone) args.push('--alone')
  if (rounds !== undefined) args.push('--rounds', String(rounds))
  const { stdout } = await run(process.execPath, args, { maxBuffer: outputMax })
  const { rows } = JSON.parse(stdout) as { readonly rows: readonly BenchRow[] }
  const [row] = rows
  if (row === undefined)
    throw new Error(`Cannot measure "${name}": its process must print one row, printed none`)
  return row
}
