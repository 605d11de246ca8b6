import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRedactor } from './redaction.ts'

const { redact } = createRedactor()

test('redact: marks cycles, and shows what merely stands in two places twice', () => {
  const shared = { a: 1 }
  const value: Record<string, unknown> = { one: shared, two: shared }
  value['self'] = value
  expect(redact(value)).toEqual({ one: { a: 1 }, two: { a: 1 }, self: '[circular]' })
})

test('redact: bounds depth and size', () => {
  const { redact: small } = createRedactor({ depthMax: 2, nodesMax: 20 })
  expect(small({ a: { b: { password: 'hunter2' } } })).toEqual({ a: { b: '[too deep]' } })
  const list = small(Array.from({ length: 100 }, () => 'x')) as unknown[]
  expect(list.length).toBeLessThanOrEqual(21)
  expect(list.at(-1)).toBe('[too large]')
  const fields = small(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i]))) as object
  expect(Object.keys(fields).at(-1)).toBe('[too large]')
  const { redact: tiny } = createRedactor({ nodesMax: 1 })
  expect(tiny([{}])).toEqual(['[too large]'])
})

test('redact: errors become plain, with causes, further errors and their own fields', () => {
  const inner = new TypeError('Bearer abcdefgh refused')
  const error = Object.assign(new AggregateError([inner], 'all failed', { cause: inner }), {
    code: '23505',
    detail: 'Key (email)=(ann@example.org) already exists.',
  })
  const clean = redact(error)
  expect(clean).toMatchObject({
    name: 'AggregateError',
    message: 'all failed',
    code: '23505',
    detail: '[redacted]',
    cause: { name: 'TypeError', message: 'Bearer [redacted] refused' },
    errors: [{ message: 'Bearer [redacted] refused' }],
  })
  expect(JSON.stringify(clean)).not.toContain('abcdefgh')
})

test('redact: names and values that stand beside each other', () => {
  expect(redact({ rawHeaders: ['Host', 'a', 'X-Api-Key', 'hunter2'] })).toEqual({
    rawHeaders: ['Host', 'a', 'X-Api-Key', '[redacted]'],
  })
  expect(
    redact([
      { name: 'Authorization', value: 'hunter2' },
      { key: 'page', value: '2' },
    ]),
  ).toEqual([
    { name: 'Authorization', value: '[redacted]' },
    { key: 'page', value: '2' },
  ])
  expect(
    redact([
      ['cookie', 'hunter2'],
      ['page', '2'],
    ]),
  ).toEqual([
    ['cookie', '[redacted]'],
    ['page', '2'],
  ])
  expect(redact({ text: 'select $1', values: ['hunter2', null] })).toEqual({
    text: 'select $1',
    values: ['[redacted]', null],
  })
  expect(redact({ values: [1, 2] })).toEqual({ values: [1, 2] })
})

test('redact: collections, headers, addresses, dates and bytes as JSON can carry them', () => {
  expect(
    redact({
      map: new Map([
        ['password', 'hunter2'],
        ['page', '2'],
      ]),
      set: new Set(['a']),
      headers: new Headers({ authorization: 'hunter2', accept: 'x' }),
      query: new URLSearchParams('token=hunter2&page=2'),
      url: new URL('https://u:hunter2@a.example/?page=2'),
      date: new Date(0),
      noDate: new Date(Number.NaN),
      bytes: Buffer.from('hunter2'),
      buffer: new ArrayBuffer(3),
      big: 12n,
      pattern: /a/,
      fn: () => 1,
      symbol: Symbol('s'),
      own: { toJSON: () => ({ password: 'hunter2' }) },
    }),
  ).toEqual({
    map: { password: '[redacted]', page: '2' },
    set: ['a'],
    headers: { authorization: '[redacted]', accept: 'x' },
    query: { token: '[redacted]', page: '2' },
    url: 'https://[redacted]@a.example/?page=2',
    date: '1970-01-01T00:00:00.000Z',
    noDate: null,
    bytes: '[7 bytes]',
    buffer: '[3 bytes]',
    big: '12',
    pattern: '/a/',
    fn: '[function]',
    symbol: 'Symbol(s)',
    own: { password: '[redacted]' },
  })
})

test('redact: card numbers also when they are numbers; keys that hold secrets', () => {
  expect(redact({ pan: 4_111_111_111_111_111, big: 4_111_111_111_111_111n })).toEqual({
    pan: '[card]',
    big: '[card]',
  })
  expect(redact({ 'Bearer abcdefghijkl': 1 })).toEqual({ 'Bearer [redacted]': 1 })
})

test('redact: what cannot be read is marked; the prototype cannot be changed', () => {
  const hostile = Object.defineProperty({}, 'field', {
    enumerable: true,
    get: () => {
      throw new Error('no')
    },
  })
  expect(redact({ hostile, a: 1 })).toEqual({ hostile: '[unreadable]', a: 1 })
  const clean = redact(JSON.parse('{"__proto__":{"polluted":true}}')) as object
  expect('polluted' in clean).toBe(false)
  expect(Object.keys(clean)).toEqual(['__proto__'])
})

test('redact: never throws, never changes its argument, gives what JSON can carry', () => {
  fc.assert(
    fc.property(
      fc.anything({
        withDate: true,
        withMap: true,
        withSet: true,
        withBigInt: true,
        withNullPrototype: true,
      }),
      (value) => {
        const before = fc.stringify(value)
        expect(() => JSON.stringify(redact(value))).not.toThrow()
        expect(fc.stringify(value)).toBe(before)
      },
    ),
  )
})

test('redact: a value under a secret name never comes out, wherever it stands', () => {
  const secret = fc
    .string({ unit: fc.constantFrom('"', "'", '\\', ' ', ',', '&', '}', 'a', '\n', ':', '='), maxLength: 12 })
    .map((text) => `s3cr3t${text}s3cr3t`)
  const wrap = fc.constantFrom<(value: unknown) => unknown>(
    (value) => ({ inner: value }),
    (value) => [value],
    (value) => JSON.stringify(value),
    (value) => new Map([['x', value]]),
    (value) => Object.assign(new Error('x'), { context: value }),
    (value) => ({ message: `body ${JSON.stringify(value)}` }),
  )
  const key = fc.constantFrom('password', 'API_KEY', 'client-secret', 'refreshToken', 'Cookie')
  fc.assert(
    fc.property(secret, key, fc.array(wrap, { maxLength: 4 }), (hidden, name, wraps) => {
      const value = wraps.reduce<unknown>((inner, each) => each(inner), { [name]: hidden })
      expect(JSON.stringify(redact(value))).not.toContain('s3cr3t')
    }),
    { numRuns: 1000 },
  )
})
