import { systemClock } from 'seaworthy/core'
import { parseCommand } from './command.ts'
import { groupNames, loadGroup } from './group-files.ts'
import { createProgress } from './progress.ts'
import { formatTable } from './table.ts'

const command = parseCommand(process.argv.slice(2), await groupNames())
if (typeof command === 'string') {
  process.stderr.write(`${command}\n`)
  process.exitCode = 2
} else {
  const progress = createProgress(systemClock, (line) => process.stderr.write(line))
  const { run } = await loadGroup(command.group)
  const rows = await run({ isQuick: command.isQuick, progress })
  const result = { group: command.group, node: process.version, rows }
  process.stdout.write(`${command.isJson ? JSON.stringify(result, null, 2) : formatTable(rows)}\n`)
}
