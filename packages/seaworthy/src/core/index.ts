/**
 * What every other part stands on: time, randomness, errors, durations, options, cancellation, bounded containers and
 * diagnostics channels. It imports only Node itself.
 *
 * @module
 */

export { abortReason, onAbort, orAbort, sleep } from './abort.ts'
export { askForeign } from './ask-foreign.ts'
export { BoundedQueue } from './bounded-queue.ts'
export { defineChannel, isolate, type Channel } from './channel.ts'
export {
  breakerChannel,
  breakerShadowChannel,
  breakerStates,
  callChannel,
  fallbackChannel,
  hedgeChannel,
  levelChannel,
  outcomes,
  poolChannel,
  probeChannel,
  queryChannel,
  refusalChannel,
  refusalReasons,
  retryChannel,
  timeoutChannel,
  type BreakerMessage,
  type BreakerState,
  type CallMessage,
  type FallbackMessage,
  type HedgeMessage,
  type LevelMessage,
  type Outcome,
  type PoolMessage,
  type ProbeMessage,
  type QueryMessage,
  type RefusalMessage,
  type RefusalReason,
  type RetryMessage,
  type TimeoutMessage,
} from './channels.ts'
export type { Clock, Random, Runtime, ScheduleOptions, Timer } from './clock.ts'
export { coarseClockOf, type CoarseClock, type Moment } from './coarse-clock.ts'
export { coreError, coreErrors, type CoreErrorCode } from './core-errors.ts'
export { formatMs, toMs, type Duration } from './duration.ts'
export {
  errorCode,
  errorFactory,
  isSeaworthyError,
  SeaworthyError,
  type ErrorEntry,
  type ErrorExtras,
  type ErrorFactory,
  type ErrorTable,
} from './errors.ts'
export { manualClock, type ManualClock } from './manual-clock.ts'
export {
  boolean,
  callable,
  duration,
  integer,
  matching,
  number,
  object,
  oneOf,
  optional,
  refused,
  secret,
  text,
  type Field,
} from './option-fields.ts'
export { defineOptions, type Resolved } from './options.ts'
export { freshSeed, seededRandom, systemRandom, type SeededRandom } from './random.ts'
export { Ring } from './ring.ts'
export { systemRuntime } from './runtime.ts'
export { showValue } from './show-value.ts'
export { systemClock } from './system-clock.ts'
