// The first program of every command: it runs on any Node from 18, installs what is missing and hands over to Node 24.
// It imports nothing outside Node, because nothing may be installed yet.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.installed-lockfile')

const commands = {
  start: ['systems/host/src/main.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  check: ['tools/check.ts'],
  bench: ['bench/src/main.ts'],
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

function lockfileHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

function installWhenStale() {
  const wanted = lockfileHash()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  process.stderr.write('Installing dependencies (npm ci), about half a minute …\n')
  const viaNpm = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, [process.env.npm_execpath]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []]
  const [command, prefix] = viaNpm
  const result = spawnSync(command, [...prefix, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (result.status !== 0) fail('npm ci failed: see its message above. Correct it and run the command again.')
  writeFileSync(stamp, wanted)
}

function node24() {
  const shipped = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  if (existsSync(shipped)) return shipped
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 11)) return process.execPath
  fail(
    `Node 24.11 or newer is needed and not shipped for ${process.platform}-${process.arch}; this is ${process.version}.`,
  )
}

function run(args) {
  const bin = join(root, 'node_modules', '.bin')
  const child = spawn(node24(), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`Cannot start Node 24: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0))
  })
}

const [name = '', ...rest] = process.argv.slice(2)
const command = commands[name]
if (command === undefined) fail(`Unknown command "${name}": one of ${Object.keys(commands).join(', ')}`)
installWhenStale()
run([...command, ...rest])
