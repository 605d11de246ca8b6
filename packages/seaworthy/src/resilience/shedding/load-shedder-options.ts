import {
  coreError,
  defineOptions,
  duration,
  integer,
  matching,
  object,
  optional,
  text,
  type Duration,
} from 'seaworthy/core'
import { priorities, priorityMax, priorityOf, type Priority } from '../bulkhead/priority.ts'
import { givenName } from '../engine/given-options.ts'
import { hasMethods } from '../engine/has-methods.ts'
import type { DelayMonitor } from './delay-monitor.ts'
import type { PressureBand } from './pressure.ts'

/** Between which delays of the event loop calls are shed. */
export interface DelayBandOptions {
  /** Shedding begins at this mean delay, from 1 ms to a minute. Default 70 ms. */
  readonly start?: Duration
  /** It ends below this delay, which is less than `start`. Default: four fifths of `start`. */
  readonly stop?: Duration
  /** From this delay on nothing is let in; more than `start`. Default: five times `start`. */
  readonly full?: Duration
}

/** Between which numbers of calls under way calls are shed. */
export interface InFlightBandOptions {
  /** Shedding begins with the call that would make it so many, from 2 to 1,000,000. */
  readonly start: number
  /** It ends below this number, which is less than `start`. Default: four fifths of `start`. */
  readonly stop?: number
  /** The call that would make it so many is refused, whatever its priority; more than `start`. */
  readonly full: number
}

export interface LoadShedderOptions {
  /** What is guarded, for messages, metrics and the registry. */
  readonly name: string
  /** Shedding by how late the event loop of this process is, or false for none. Default: from 70 to 350 ms. */
  readonly eventLoopDelay?: DelayBandOptions | false
  /** Shedding by how many calls are under way inside. Default: none. */
  readonly inFlight?: InFlightBandOptions
  /** Calls of this priority and higher are never shed. Default: all may be. */
  readonly spare?: Priority
  /** What a refusal carries as `retryAfterMs`. Default 1 s. */
  readonly retryAfter?: Duration
  /** Where the delay comes from. Default: it is measured in this process. */
  readonly monitor?: DelayMonitor
}

export const loadShedderDefaults = { eventLoopDelay: {}, retryAfter: '1s' } as const

export const delayBandDefaults = { start: '70ms' } as const

export interface ResolvedLoadShedder {
  readonly name: string
  readonly eventLoopDelay: PressureBand | undefined
  readonly inFlight: PressureBand | undefined
  /** The least priority that is never shed; beyond the highest when all may be. */
  readonly spare: number
  readonly retryAfterMs: number
  readonly monitor: DelayMonitor | undefined
}

const resolve = defineOptions('load shedder', loadShedderDefaults, {
  name: text(),
  eventLoopDelay: matching('an object with start, stop and full, or false', isBandOrFalse),
  inFlight: optional(object<InFlightBandOptions>('an object with start, stop and full')),
  spare: optional(matching('"optional", "important", "critical" or a whole number from 0 to 9', isPriority)),
  retryAfter: duration(0, '1d'),
  monitor: optional(matching('a DelayMonitor with start and stop', isDelayMonitor)),
})

const delay = duration('1ms', '5m')
const resolveDelayBand = defineOptions('load shedder delay', delayBandDefaults, {
  start: duration('1ms', '1m'),
  stop: optional(delay),
  full: optional(delay),
})

const count = integer(1, 10_000_000)
const resolveInFlightBand = defineOptions(
  'load shedder in-flight',
  {},
  { start: integer(2, 1_000_000), stop: optional(count), full: count },
)

/** @throws SeaworthyError ERR_INVALID_OPTION */
export function resolveLoadShedderOptions(options: LoadShedderOptions): ResolvedLoadShedder {
  const { name, eventLoopDelay, inFlight, spare, retryAfter, monitor } = resolve(options, givenName(options))
  if (eventLoopDelay === false && inFlight === undefined) {
    throw invalid(name, '"inFlight" must be given where "eventLoopDelay" is false, received undefined')
  }
  return Object.freeze({
    name,
    eventLoopDelay: eventLoopDelay === false ? undefined : band(name, resolveDelayBand(eventLoopDelay, name)),
    inFlight: inFlight === undefined ? undefined : band(name, resolveInFlightBand(inFlight, name)),
    spare: spare === undefined ? priorityMax + 1 : priorityOf(spare),
    retryAfterMs: retryAfter,
    monitor,
  })
}

function band(
  name: string,
  given: { readonly start: number; readonly stop: number | undefined; readonly full: number | undefined },
): PressureBand {
  const { start, stop = start * 0.8, full = start * 5 } = given
  if (stop >= start) throw invalid(name, `"stop" must be less than "start", ${start}, received ${stop}`)
  if (full <= start) throw invalid(name, `"full" must be more than "start", ${start}, received ${full}`)
  return Object.freeze({ start, stop, full })
}

function invalid(name: string, complaint: string): Error {
  return coreError('ERR_INVALID_OPTION', `Cannot configure load shedder "${name}": ${complaint}`, {
    details: { name },
  })
}

function isBandOrFalse(value: unknown): value is DelayBandOptions | false {
  return value === false || (typeof value === 'object' && value !== null && !Array.isArray(value))
}

function isDelayMonitor(value: unknown): value is DelayMonitor {
  return hasMethods<DelayMonitor>(value, 'start', 'stop')
}

function isPriority(value: unknown): value is Priority {
  if (typeof value === 'string') return Object.hasOwn(priorities, value)
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= priorityMax
}
