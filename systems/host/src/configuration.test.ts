import { isSeaworthyError } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { readConfiguration } from './configuration.ts'

function messageOf(env: Record<string, string>, args: readonly string[] = []): string {
  try {
    readConfiguration(env, args)
  } catch (error) {
    if (isSeaworthyError(error) && error.code === 'ERR_BAD_CONFIGURATION') return error.message
  }
  throw new Error('expected ERR_BAD_CONFIGURATION')
}

test('readConfiguration: needs nothing, and keeps to the loopback', () => {
  expect(readConfiguration({}, [])).toMatchObject({
    mode: 'development',
    host: '127.0.0.1',
    port: 4000,
    databaseUrl: undefined,
    systems: ['marketprep'],
  })
})

test('readConfiguration: each bad variable is named with what is allowed', () => {
  expect(messageOf({ PORT: '80a' })).toBe(
    'Cannot start: PORT must be a port number from 0 to 65535, received "80a"',
  )
  expect(messageOf({ PORT: '65536' })).toContain('PORT must be')
  expect(messageOf({ HOST: 'a b' })).toContain('HOST must be an IP address or a host name')
  expect(messageOf({ DATABASE_URL: 'mysql://x' })).toContain(
    'DATABASE_URL must be a whole address that starts with postgres://',
  )
  expect(messageOf({ LOG_LEVEL: 'loud' })).toContain('LOG_LEVEL must be one of info, trace')
  expect(messageOf({ NODE_ENV: 'prod' })).toContain('NODE_ENV must be one of development, production')
  expect(messageOf({ DRAIN_GRACE_MS: '-1' })).toContain('DRAIN_GRACE_MS must be whole milliseconds')
  expect(messageOf({ PUBLIC_URL: 'example.com' })).toContain('PUBLIC_URL must be a whole address')
})

test('readConfiguration: a bad database address is not repeated whole, it may hold a password', () => {
  const schemeOnly = messageOf({ DATABASE_URL: 'mysql://user:hunter2@host/db' })
  expect(schemeOnly).toContain('received "mysql://…"')
  expect(messageOf({ DATABASE_URL: 'u:hunter2@host/db' })).not.toContain('hunter')
})

test('readConfiguration: the address of a real service and the switch of the demo are judged before the start', () => {
  expect(messageOf({ EVENTS_URL: 'events.example' })).toContain('EVENTS_URL must be a whole address')
  expect(messageOf({ DEMO: 'no' })).toContain('DEMO must be one of on, off')
  expect(messageOf({ HOST: '999.1.1.1' })).toContain('HOST must be an IP address or a host name')
  const { services } = readConfiguration({ EVENTS_URL: 'https://events.example/' }, [])
  expect(services).toEqual({ square: undefined, 'open-meteo': undefined, events: 'https://events.example' })
})

test('readConfiguration: production needs a secret', () => {
  expect(messageOf({ NODE_ENV: 'production' })).toContain('SEAWORTHY_SECRET must be set in production')
})

test('readConfiguration: an unknown system is named with the known ones', () => {
  expect(messageOf({}, ['marketprop'])).toContain('(marketprep), received "marketprop"')
})
