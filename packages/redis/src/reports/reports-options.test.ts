import { expect, test } from 'vitest'
import {
  redisReportsDefaults,
  resolveRedisReportsOptions,
  type RedisReportsOptions,
} from './reports-options.ts'

test('resolveRedisReportsOptions: by default each has a name of its own, which tells where it runs', () => {
  const one = resolveRedisReportsOptions({})
  const other = resolveRedisReportsOptions({})
  expect(one).toMatchObject({ heartbeat: 2_000, expiry: 10_000, instancesMax: 1_000, namesMax: 1_000 })
  expect(one.prefix).toBe(redisReportsDefaults.prefix)
  expect(one.instance).toContain(`/${process.pid}/`)
  expect(one.instance).not.toBe(other.instance)
})

test('resolveRedisReportsOptions: an instance that lives cannot be taken for dead', () => {
  expect(resolveRedisReportsOptions({ heartbeat: '1s', expiry: '2s' })).toMatchObject({ expiry: 2_000 })
  expect(() => resolveRedisReportsOptions({ heartbeat: '1s', expiry: 1_999 })).toThrowError(
    'Cannot configure Redis reports: "expiry" must be at least twice the heartbeat of 1000 ms, or a living instance would be taken for dead, received 1999 ms',
  )
})

test.each([
  [{ instance: '' }],
  [{ heartbeat: '9ms' }],
  [{ expiry: '2d' }],
  [{ instancesMax: 0 }],
  [{ instancesMax: 10_001 }],
  [{ namesMax: 1.5 }],
  [{ prefix: 'a{b}' }],
  [{ beat: 1 }],
])('resolveRedisReportsOptions: refuses %o', (options) => {
  expect(() => resolveRedisReportsOptions(options as RedisReportsOptions)).toThrowError(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
  )
})
