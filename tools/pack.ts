import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './source-files.ts'

/**
 * Builds what is published: `dist/packages/<folder>` holds each package with JavaScript, declarations and a manifest
 * whose `exports` point at them. With `--check`, publint and attw look at the result.
 */

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string>>
  readonly devDependencies?: unknown
  readonly [key: string]: unknown
}

const output = join(root, 'dist/packages')

function run(program: string, args: readonly string[], cwd = root): void {
  const result = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (result.status === 0) return
  process.stdout.write(`${program} ${args.join(' ')}\n${result.stdout}${result.stderr}\n`)
  process.exit(1)
}

function build(folder: string): string {
  const source = join(root, 'packages', folder)
  const target = join(output, folder)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const config = join(target, 'tsconfig.json')
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        rootDir: join(source, 'src'),
        outDir: join(target, 'dist'),
        typeRoots: [join(root, 'node_modules/@types')],
      },
      include: [join(source, 'src')],
      exclude: [join(source, 'src/**/*.test.ts'), join(source, 'src/**/*.fixture.ts')],
    }),
  )
  run('tsc', ['-p', config])
  rmSync(config)
  writeManifest(source, target)
  cpSync(join(source, 'README.md'), join(target, 'README.md'))
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'))
  return target
}

function writeManifest(source: string, target: string): void {
  const { devDependencies: _, ...manifest }: Manifest = JSON.parse(
    readFileSync(join(source, 'package.json'), 'utf8'),
  )
  const built = (path: string, extension: string): string =>
    path.replace('./src/', './dist/').replace(/\.ts$/, extension)
  const exports = Object.entries(manifest.exports).map(([subpath, path]) => [
    subpath,
    { types: built(path, '.d.ts'), default: built(path, '.js') },
  ])
  const bin = Object.entries(manifest.bin ?? {}).map(([name, path]) => [name, built(path, '.js')])
  const published = {
    ...manifest,
    ...(bin.length > 0 ? { bin: Object.fromEntries(bin) } : {}),
    exports: Object.fromEntries(exports),
  }
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
}

for (const folder of readdirSync(join(root, 'packages'))) {
  const target = build(folder)
  if (!process.argv.includes('--check')) continue
  run('publint', ['--strict', target])
  run('attw', ['--pack', target, '--profile', 'esm-only'])
}
