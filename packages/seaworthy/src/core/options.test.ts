import { expect, test } from 'vitest'
import { isSeaworthyError } from './errors.ts'
import {
  boolean,
  callable,
  duration,
  integer,
  matching,
  number,
  object,
  oneOf,
  optional,
  secret,
  text,
} from './option-fields.ts'
import { defineOptions } from './options.ts'

const resolve = defineOptions(
  'sample',
  { attempts: 3, delay: '2s', mode: 'safe', name: 'x', enabled: true, share: 0.5 },
  {
    attempts: integer(1, 10),
    delay: duration('0ms', '1m'),
    mode: oneOf('fast', 'safe'),
    name: text(5),
    enabled: boolean(),
    share: number(0, 1),
    onDone: optional(callable<(count: number) => void>()),
  },
)

function messageOf(input: object, name?: string): string {
  try {
    resolve(input, name)
  } catch (error) {
    if (isSeaworthyError(error) && error.code === 'ERR_INVALID_OPTION') return error.message
  }
  throw new Error('expected ERR_INVALID_OPTION')
}

test('defineOptions: fills in the defaults, resolves durations and freezes', () => {
  const options = resolve({ attempts: 2 })
  expect(options).toEqual({
    attempts: 2,
    delay: 2000,
    mode: 'safe',
    name: 'x',
    enabled: true,
    share: 0.5,
    onDone: undefined,
  })
  expect(Object.isFrozen(options)).toBe(true)
})

test('defineOptions: an undefined value counts as left out', () => {
  expect(resolve({ attempts: undefined }).attempts).toBe(3)
})

test('defineOptions: refuses an unknown key and lists the known ones', () => {
  expect(messageOf({ atempts: 2 })).toContain('"atempts" must be one of attempts, delay')
})

test('defineOptions: the message names the thing, the field, the range and the value', () => {
  expect(messageOf({ attempts: 11 }, 'weather')).toBe(
    'Cannot configure sample "weather": "attempts" must be a whole number from 1 to 10, received 11',
  )
})

test('defineOptions: refuses each wrong type', () => {
  expect(messageOf({ delay: '2 s' })).toContain('a duration from 0ms to 1m')
  expect(messageOf({ delay: '2m' })).toContain('received "2m"')
  expect(messageOf({ mode: 'slow' })).toContain('one of "fast", "safe"')
  expect(messageOf({ name: 'longer than five' })).toContain('1 to 5 characters')
  expect(messageOf({ enabled: 1 })).toContain('true or false')
  expect(messageOf({ share: Number.NaN })).toContain('a number from 0 to 1')
  expect(messageOf({ onDone: 3 })).toContain('a function, or left out')
  expect(messageOf([1])).toContain('"options" must be an object')
})

test('defineOptions: keys of the prototype are unknown options', () => {
  expect(messageOf(JSON.parse('{"__proto__": 1}'))).toContain('unknown option')
})

test('defineOptions: a value that JSON cannot write does not hide the real fault', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  expect(messageOf({ attempts: 10n })).toContain('received 10')
  expect(messageOf({ attempts: Number.NaN })).toContain('received NaN')
  expect(messageOf({ attempts: circular })).toContain('received an object that JSON cannot write')
  expect(messageOf({ attempts: () => 1 })).toContain('received a function')
})

test('matching: accepts what its own check accepts', () => {
  const isEven = (value: unknown): value is number => typeof value === 'number' && value % 2 === 0
  const resolveEven = defineOptions('pair', {}, { size: matching('an even number', isEven) })
  expect(resolveEven({ size: 2 }).size).toBe(2)
  expect(() => resolveEven({ size: 3 })).toThrow('"size" must be an even number, received 3')
})

test('object: any object but a list', () => {
  const resolveLimits = defineOptions(
    'server',
    {},
    { limits: object<{ bytes?: number }>('an object of limits') },
  )
  expect(resolveLimits({ limits: { bytes: 1 } }).limits).toEqual({ bytes: 1 })
  for (const limits of [[], null, 'x', undefined]) {
    expect(() => resolveLimits({ limits })).toThrow('"limits" must be an object of limits')
  }
})

test.each([
  ['given', secret(text(5))],
  ['optional', optional(secret(text(5)))],
  ['made optional before', secret(optional(text(5)))],
])('secret: a value that is refused is not shown, %s', (_, key) => {
  const resolveKey = defineOptions('tokens', {}, { key })
  expect(resolveKey({ key: 'fine' }).key).toBe('fine')
  expect(() => resolveKey({ key: 'hunter2' })).toThrow(
    /^Cannot configure tokens: "key" must be text of 1 to 5 characters.*, received a value that is secret and not shown$/,
  )
})

test('secret: options that are no object are not shown when one of them is secret', () => {
  const resolveKey = defineOptions('database', {}, { url: secret(text()) })
  const url: unknown = 'postgres://user:hunter2@host/db'
  expect(() => resolveKey(url as object)).toThrow(/must be an object, received a value that is secret/)
})

test('secret: says when there is no value at all', () => {
  const resolveKey = defineOptions('tokens', {}, { key: secret(text(5)) })
  expect(() => resolveKey({})).toThrow('received undefined')
})
