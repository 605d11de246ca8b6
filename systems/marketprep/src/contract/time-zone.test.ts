import { expect, test } from 'vitest'
import { isTimeZone } from './time-zone.ts'

test.each(['UTC', 'Etc/UTC', 'America/New_York', 'Asia/Calcutta', 'Asia/Kolkata', 'Europe/Kyiv'])(
  'isTimeZone: %s is one',
  (name) => expect(isTimeZone(name)).toBe(true),
)

test.each(['Mars/Phobos', '', ' UTC', '+05:00', 'America/New York', 'America/New_York\0'])(
  'isTimeZone: %j is none',
  (name) => expect(isTimeZone(name)).toBe(false),
)
