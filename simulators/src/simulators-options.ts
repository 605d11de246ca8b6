import {
  callable,
  defineOptions,
  integer,
  matching,
  optional,
  systemRuntime,
  text,
  type Clock,
  type Random,
} from 'seaworthy/core'
import { resolveSquareOptions, type SquareOptions } from './square/square-options.ts'
import { type IsoDate, parseIsoDate } from './world/iso-date.ts'

export interface SimulatorsOptions {
  /** Default 127.0.0.1: the simulators have no access control and belong on loopback. */
  readonly host?: string
  /** 0 takes any free port. Default 0. */
  readonly port?: number
  /** The seed of the world. Default 1. */
  readonly seed?: number | string
  /** Moves the simulators' calendar so that they start on this day at noon UTC. Default: the clock's own day. */
  readonly today?: IsoDate
  /** Default: the machine's clock. */
  readonly clock?: Clock
  /** Default: the machine's random numbers. */
  readonly random?: Random
  readonly square?: SquareOptions
  /** Told of a request whose handling failed, which is a defect of the simulator. Default: nothing. */
  readonly onError?: (error: unknown) => void
}

/** The values of {@link SimulatorsOptions} that are left out. */
export const simulatorsDefaults = Object.freeze({
  host: '127.0.0.1',
  port: 0,
  seed: 1,
  clock: systemRuntime.clock,
  random: systemRuntime.random,
  square: {},
  onError: () => {},
})

export const resolveSimulatorsOptions = defineOptions('simulators', simulatorsDefaults, {
  host: text(),
  port: integer(0, 65_535),
  seed: matching('a number or text', isSeed),
  today: optional(matching('a date such as "2026-03-14"', isDate)),
  clock: matching('a Clock', isClock),
  random: matching('a Random', isRandom),
  square: {
    allowed: 'the options of the Square simulator',
    read: (value) => resolveSquareOptions(value as object),
  },
  onError: callable<(error: unknown) => void>(),
})

function isSeed(value: unknown): value is number | string {
  return Number.isFinite(value) || (typeof value === 'string' && value.length <= 200)
}

function isDate(value: unknown): value is IsoDate {
  return typeof value === 'string' && parseIsoDate(value) !== undefined
}

function isClock(value: unknown): value is Clock {
  return typeof value === 'object' && value !== null && 'wallTime' in value && 'schedule' in value
}

function isRandom(value: unknown): value is Random {
  return typeof value === 'object' && value !== null && 'next' in value
}
