import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'
import { ensurePageBuilt } from './page-build.ts'

function makeSystem(files: Readonly<Record<string, string>>): string {
  const systemDir = mkdtempSync(join(tmpdir(), 'page-build-'))
  onTestFinished(() => rmSync(systemDir, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(systemDir, path, '..'), { recursive: true })
    writeFileSync(join(systemDir, path), content)
  }
  return systemDir
}

const source = {
  'package.json': '{}',
  'vite.config.ts':
    'export default { root: new URL("src/page", import.meta.url).pathname, build: { emptyOutDir: true } }',
  'src/page/index.html': '<!doctype html><title>Page</title><script type="module" src="./main.js"></script>',
  'src/page/main.js': 'document.title = "built"',
}

const log = () => undefined

test('ensurePageBuilt: builds once, and again only when a source changed', { timeout: 30_000 }, async () => {
  const systemDir = makeSystem(source)
  expect((await ensurePageBuilt({ log, systemDir })).built).toBe(true)
  const startedAt = performance.now()
  expect((await ensurePageBuilt({ log, systemDir })).built).toBe(false)
  expect(performance.now() - startedAt).toBeLessThan(50)
  writeFileSync(join(systemDir, 'src/page/page.test.ts'), 'a test is no source')
  expect((await ensurePageBuilt({ log, systemDir })).built).toBe(false)
  writeFileSync(join(systemDir, 'src/page/main.js'), 'document.title = "changed"')
  expect((await ensurePageBuilt({ log, systemDir })).built).toBe(true)
})

test('ensurePageBuilt: of two at once one builds and the other waits', { timeout: 30_000 }, async () => {
  const systemDir = makeSystem(source)
  const results = await Promise.all([
    ensurePageBuilt({ log, systemDir }),
    ensurePageBuilt({ log, systemDir }),
  ])
  expect(results.map(({ built }) => built).toSorted()).toEqual([false, true])
})

test('ensurePageBuilt: a failed build leaves the old one and no lock', { timeout: 30_000 }, async () => {
  const systemDir = makeSystem(source)
  await ensurePageBuilt({ log, systemDir })
  writeFileSync(join(systemDir, 'src/page/main.js'), 'import "./missing.js"')
  await expect(ensurePageBuilt({ log, systemDir })).rejects.toThrow()
  writeFileSync(join(systemDir, 'src/page/main.js'), 'document.title = "mended"')
  expect((await ensurePageBuilt({ log, systemDir })).built).toBe(true)
})

test('ensurePageBuilt: a shipped build without sources is used as it is', async () => {
  const systemDir = makeSystem({ 'dist/page/index.html': '<!doctype html>' })
  expect(await ensurePageBuilt({ log, systemDir })).toEqual({
    directory: join(systemDir, 'dist/page'),
    built: false,
  })
})

test('ensurePageBuilt: with neither sources nor a build it says what to do', async () => {
  const systemDir = makeSystem({ 'package.json': '{}' })
  await expect(ensurePageBuilt({ log, systemDir })).rejects.toMatchObject({
    code: 'ERR_PAGE_NOT_BUILT',
    message: expect.stringContaining('install the development dependencies'),
  })
})
