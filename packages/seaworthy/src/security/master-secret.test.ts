import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadMasterSecret } from './master-secret.ts'

const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7))
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

test.each([
  ['base64', bytes.toString('base64')],
  ['base64url', bytes.toString('base64url')],
  ['hex', bytes.toString('hex')],
  ['base64 with a line break behind it', `${bytes.toString('base64')}\n`],
])('loadMasterSecret: reads %s', (_name, text) => {
  expect(Buffer.from(loadMasterSecret({ env: { SEAWORTHY_SECRET: text } }))).toEqual(bytes)
})

test('loadMasterSecret: takes other text of at least 32 bytes as it is', () => {
  const text = 'correct horse battery staple, and then some'
  expect(Buffer.from(loadMasterSecret({ env: { KEY: text }, variable: 'KEY' })).toString()).toBe(text)
  const letters = 'abcdefghijklmnopqrstuvwxyzabcdefgh'
  expect(Buffer.from(loadMasterSecret({ env: { KEY: letters }, variable: 'KEY' })).toString()).toBe(letters)
})

test('loadMasterSecret: refuses a short one without repeating it', () => {
  const load = (): Uint8Array => loadMasterSecret({ env: { SEAWORTHY_SECRET: 'hunter2' } })
  expect(load).toThrow(
    'Cannot load master secret from variable SEAWORTHY_SECRET: it must have at least 32 bytes, received 7 bytes; make one with: openssl rand -base64 32',
  )
  expect(load).toThrow(expect.objectContaining({ code: 'ERR_MASTER_SECRET_INVALID' }))
})

test('loadMasterSecret: without variable and file it names the variable', () => {
  expect(() => loadMasterSecret({ env: {} })).toThrow('variable SEAWORTHY_SECRET: it must be set')
})

test('loadMasterSecret: makes a file that only its owner may read, and reads it the next time', () => {
  const file = join(folder, 'keys', 'master')
  const made = loadMasterSecret({ env: { SEAWORTHY_SECRET: '' }, file })
  expect(made).toHaveLength(32)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(loadMasterSecret({ env: {}, file })).toEqual(made)
  expect(readdirSync(join(folder, 'keys'))).toEqual(['master'])
})

test('loadMasterSecret: refuses a file that others may read, and one that is no secret', () => {
  const file = join(folder, 'master')
  loadMasterSecret({ env: {}, file })
  chmodSync(file, 0o644)
  expect(() => loadMasterSecret({ env: {}, file })).toThrow(
    'only its owner may read it (mode 600), received mode 644',
  )
  writeFileSync(file, 'short')
  chmodSync(file, 0o600)
  expect(() => loadMasterSecret({ env: {}, file })).toThrow('received 5 bytes')
  expect(() => loadMasterSecret({ env: {}, file: folder })).toThrow(
    expect.objectContaining({ code: 'EISDIR' }),
  )
})
