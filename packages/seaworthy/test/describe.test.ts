import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const command = join(import.meta.dirname, '../src/bin/seaworthy.ts')
const service = join(import.meta.dirname, '../src/service/index.ts')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'describe-'))
  const declaration = `import { defineService, dependency } from ${JSON.stringify(service)}
    const mail = dependency({ name: 'mail', call: () => Promise.resolve() })
    export const shop = defineService({ name: 'shop', dependencies: { mail }, capabilities: { order: { uses: ['mail'] } } })`
  await writeFile(join(folder, 'shop.ts'), declaration)
  await writeFile(join(folder, 'nothing.ts'), 'export const a = 1')
  await writeFile(join(folder, 'broken.ts'), "import './absent.ts'")
  await writeFile(join(folder, 'package.json'), '{"type":"module","seaworthy":{"declarations":["shop.ts"]}}')
})

afterAll(() => rm(folder, { recursive: true }))

async function seaworthy(...args: readonly string[]) {
  try {
    const { stdout } = await run(process.execPath, [command, ...args], { cwd: folder })
    return { code: 0, stdout, stderr: '' }
  } catch (error) {
    return error as { readonly code: number; readonly stdout: string; readonly stderr: string }
  }
}

test('seaworthy describe: prints the declaration of a file as JSON', async () => {
  const { code, stdout } = await seaworthy('describe', 'shop.ts')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ name: 'shop', capabilities: { order: { uses: ['mail'] } } })
})

test('seaworthy describe: without a file takes those that package.json lists', async () => {
  expect(JSON.parse((await seaworthy('describe')).stdout)).toMatchObject({ name: 'shop' })
})

test('seaworthy describe: says what is wrong with a file and exits with 2', async () => {
  expect(await seaworthy('describe', 'nothing.ts')).toMatchObject({ code: 2 })
  expect((await seaworthy('describe', 'missing.ts')).stderr).toBe(
    'Cannot describe missing.ts: FILE must be the path of a module that exports a service, there is no such file\n',
  )
  const broken = await seaworthy('describe', 'broken.ts')
  expect(broken.code).toBe(2)
  expect(broken.stderr).toContain('Cannot describe broken.ts: FILE must be a module that can be loaded')
  expect(broken.stderr).not.toContain(folder)
  expect(broken.stderr).not.toContain('describe-files')
})

test('seaworthy: an unknown command exits with 2 and names the known ones', async () => {
  const { code, stderr } = await seaworthy('descripe')
  expect(code).toBe(2)
  expect(stderr).toContain('describe')
})
