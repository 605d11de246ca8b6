import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFolder } from './folder-lock.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seaworthy-lock-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('lockFolder: one at a time, and again after the release', async () => {
  const first = await lockFolder(folder)
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'ERR_DATABASE_IN_USE' })
  await first.release()
  await (await lockFolder(folder)).release()
  expect(await readdir(folder)).toEqual([])
})

test.each([
  ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, identity: 'x' })],
  ['of an earlier process of the same number', JSON.stringify({ pid: process.pid, identity: 'earlier' })],
  ['that is empty', ''],
  ['that is nonsense', '[]'],
])('lockFolder: takes over a lock %s', async (_name, content) => {
  await writeFile(join(folder, 'seaworthy.lock'), content)
  const lock = await lockFolder(folder)
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'ERR_DATABASE_IN_USE' })
  await lock.release()
})

test('lockFolder: of many at once on an abandoned lock exactly one gets it', async () => {
  await writeFile(join(folder, 'seaworthy.lock'), JSON.stringify({ pid: process.pid, identity: 'earlier' }))
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})
