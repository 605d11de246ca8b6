import { expect, test } from 'vitest'
import { createPasswordHasher } from './password.ts'
import { formatPhc, parsePhc } from './phc-string.ts'
import { WorkGate } from './work-gate.ts'

/** The least that argon2id takes, to keep the tests quick. */
const quick = { memory: 64, passes: 1 }

test('createPasswordHasher: by default with the parameters of OWASP', async () => {
  const hasher = createPasswordHasher()
  const stored = await hasher.hash('correct horse')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await hasher.verify(stored, 'correct horse')).toBe(true)
  expect(await hasher.verify(stored, 'correct horsf')).toBe(false)
  expect(hasher.needsRehash(stored)).toBe(false)
})

test('verify: agrees with a hash made by the reference implementation', async () => {
  const stored = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  expect(await createPasswordHasher(quick).verify(stored, 'password')).toBe(true)
  expect(await createPasswordHasher(quick).verify(stored, 'Password')).toBe(false)
})

test('hash: a new salt each time; ways to write the same characters are the same password', async () => {
  const hasher = createPasswordHasher(quick)
  const stored = await hasher.hash('caf\u00e9')
  expect(await hasher.hash('caf\u00e9')).not.toBe(stored)
  expect(await hasher.verify(stored, 'cafe\u0301')).toBe(true)
})

test('verify: false for a user who is not there and a hash that cannot be read, after the same work', async () => {
  const hasher = createPasswordHasher({ ...quick, concurrency: 1, queue: 0 })
  for (const stored of [
    undefined,
    '',
    'plain',
    '$2b$10$abc',
    '$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$AAAA',
  ]) {
    const busy = hasher.verify(stored, 'a')
    await expect(hasher.verify(stored, 'a')).rejects.toMatchObject({ code: 'ERR_PASSWORD_QUEUE_FULL' })
    expect(await busy).toBe(false)
  }
})

test('hash: refuses an empty password and one above 1024 bytes; verify says false', async () => {
  const hasher = createPasswordHasher(quick)
  const stored = await hasher.hash('x'.repeat(1024))
  for (const wrong of ['', 'x'.repeat(1025), 'é'.repeat(513)]) {
    await expect(hasher.hash(wrong)).rejects.toMatchObject({ code: 'ERR_PASSWORD_INVALID', status: 400 })
    expect(await hasher.verify(stored, wrong)).toBe(false)
  }
})

test('hash: what does not fit into the queue is refused with 503, the rest is done', async () => {
  const hasher = createPasswordHasher({ ...quick, concurrency: 2, queue: 3 })
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => hasher.hash('a')))
  expect(results.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 5 }, () => 'fulfilled'),
    ...Array.from({ length: 3 }, () => 'rejected'),
  ])
  expect(results[7]).toMatchObject({
    reason: { code: 'ERR_PASSWORD_QUEUE_FULL', status: 503, retryAfterMs: 1000 },
  })
  await expect(hasher.hash('a')).resolves.toContain('$argon2id$')
})

test('needsRehash: when any parameter differs or it is no such hash', async () => {
  const stored = await createPasswordHasher(quick).hash('a')
  expect(createPasswordHasher(quick).needsRehash(stored)).toBe(false)
  for (const other of [
    { memory: 65, passes: 1 },
    { memory: 64, passes: 2 },
    { ...quick, parallelism: 2 },
  ]) {
    expect(createPasswordHasher(other).needsRehash(stored)).toBe(true)
  }
  expect(createPasswordHasher(quick).needsRehash('$2b$10$abc')).toBe(true)
})

test('parsePhc: reads what formatPhc writes, refuses what would use up the machine', () => {
  const hash = { memory: 64, passes: 1, parallelism: 1, salt: Buffer.alloc(16, 1), hash: Buffer.alloc(32, 2) }
  const text = formatPhc(hash)
  expect(parsePhc(text)).toEqual(hash)
  expect(parsePhc(text.replace('m=64', 'm=1048577'))).toBeUndefined()
  expect(parsePhc(text.replace('m=64', 'm=7'))).toBeUndefined()
  expect(parsePhc(text.replace('t=1', 't=100'))).toBeUndefined()
  expect(parsePhc(text.replace('v=19', 'v=16'))).toBeUndefined()
})

test('WorkGate: never runs more than it may, in the order they came, and goes on after a fault', async () => {
  const gate = new WorkGate(1, 2, 'work')
  const order: string[] = []
  const first = Promise.withResolvers<void>()
  const failing = gate.run(async () => {
    order.push('first')
    await first.promise
    throw new Error('broken')
  })
  const second = gate.run(async () => order.push('second'))
  const third = gate.run(async () => order.push('third'))
  expect(gate.waiting).toBe(2)
  expect(gate.run(async () => {})).toBeUndefined()
  expect(order).toEqual(['first'])
  first.resolve()
  await expect(failing).rejects.toThrow('broken')
  await Promise.all([second, third])
  expect(order).toEqual(['first', 'second', 'third'])
  expect(gate.waiting).toBe(0)
})
