#!/usr/bin/env node
import { describeFiles } from './describe-files.ts'
import { usage } from './usage.ts'

/** The `seaworthy` command. Exit codes: 0 done, 2 the command or its configuration cannot be used. */

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
    process.stdout.write(usage)
    return command === undefined ? 2 : 0
  }
  if (command !== 'describe') {
    process.stderr.write(`Cannot run "${command}": must be one of describe, help\n`)
    return 2
  }
  const result = await describeFiles(rest, process.cwd())
  if (typeof result === 'string') {
    process.stderr.write(`${result}\n`)
    return 2
  }
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  return 0
}

process.exitCode = await main(process.argv.slice(2))
