import { systemClock } from 'seaworthy/core'
import { parseCommand, refusedChoice } from './command.ts'
import { groupNames, loadGroup } from './group-files.ts'
import { createProgress } from './progress.ts'
import { formatTable } from './table.ts'

const command = parseCommand(process.argv.slice(2), await groupNames())
if (typeof command === 'string') refuse(command)
else {
  const { group, isJson, ...options } = command
  const { run, cases } = await loadGroup(group)
  const refusal = refusedChoice(command, cases)
  if (refusal !== undefined) refuse(refusal)
  else {
    const progress = createProgress(systemClock, (line) => process.stderr.write(line))
    const rows = await run({ ...options, progress })
    const result = { group, node: process.version, rows }
    process.stdout.write(`${isJson ? JSON.stringify(result, null, 2) : formatTable(rows)}\n`)
  }
}

function refuse(why: string): void {
  process.stderr.write(`${why}\n`)
  process.exitCode = 2
}
