import { spawnSync } from 'node:child_process'
import { root } from './source-files.ts'

/** `npm run check`: everything that can be known without running the systems. Exit code 1 when a step fails. */

interface Step {
  readonly name: string
  readonly command: readonly [string, ...string[]]
}

const steps: readonly Step[] = [
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of pages', command: ['tsc', '-p', 'systems/marketprep/src/page/tsconfig.json'] },
  { name: 'generated files', command: ['node', 'tools/generate.ts', '--check'] },
  { name: 'tidy', command: ['vitest', 'run', 'tools'] },
  { name: 'unused code', command: ['knip'] },
  { name: 'packages', command: ['node', 'tools/pack.ts', '--check'] },
]

const only = process.argv.slice(2)
const failed: string[] = []
for (const { name, command } of steps) {
  if (only.length > 0 && !only.includes(name)) continue
  const startedAt = performance.now()
  const [program, ...args] = command
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8' })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const ok = result.status === 0
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`)
  if (ok) continue
  failed.push(name)
  process.stdout.write(`${result.stdout}${result.stderr}${result.error?.message ?? ''}\n`)
}
if (failed.length > 0) {
  process.stdout.write(`Failed: ${failed.join(', ')}. Run one alone with: npm run check -- "${failed[0]}"\n`)
  process.exitCode = 1
}
