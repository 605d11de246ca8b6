import {
  callable,
  defineOptions,
  duration,
  matching,
  number,
  oneOf,
  optional,
  showValue,
  text,
  type Duration,
} from 'seaworthy/core'
import { onlyOption } from '../engine/given-options.ts'
import { optionConflict } from '../engine/option-conflict.ts'

/** Which calls a fault meets. */
interface FaultReach {
  /** The share of calls that it meets, from 0 to 1. Default all. */
  readonly share?: number
  /** Only calls with this key. Default: any. */
  readonly key?: string
}

/** What a fault's own error is made for. */
export interface FaultedCall {
  readonly key: string | undefined
  /** Which attempt it is, from 1. */
  readonly attempt: number
}

/** How a dependency is to misbehave. */
export type Fault =
  | (FaultReach & {
      readonly kind: 'latency'
      /** How long the call is held up before it goes ahead, up to a day. */
      readonly delay: Duration
      /** Up to so much more, at random. Default none. */
      readonly jitter?: Duration
    })
  | (FaultReach & {
      readonly kind: 'error'
      readonly message?: string | undefined
      /** The code of the error, such as `ECONNRESET`. Default ERR_FAULT_INJECTED. */
      readonly code?: string | undefined
      /** Makes the error; then there is no message and no code. */
      readonly error?: (call: FaultedCall) => unknown
    })
  | (FaultReach & {
      readonly kind: 'result'
      /** What the call answers with, also undefined. */
      readonly value: unknown
    })
  | (FaultReach & {
      /** The call ends only by its abort, also when the fault is over. */
      readonly kind: 'hang'
    })

/** A fault that was checked and completed. */
export interface ResolvedFault {
  readonly kind: Fault['kind']
  readonly share: number
  readonly key: string | undefined
  readonly delayMs: number
  readonly jitterMs: number
  readonly message: string | undefined
  readonly code: string | undefined
  readonly error: ((call: FaultedCall) => unknown) | undefined
  readonly value: unknown
}

const kinds = oneOf('latency', 'error', 'result', 'hang')
const reach = { kind: kinds, share: number(0, 1), key: optional(text()) }
const delay = duration(0, '1d')
const everyCall = { share: 1 }

const resolveKind = defineOptions('fault', {}, { kind: kinds })
const resolveLatency = defineOptions('fault', { ...everyCall, jitter: 0 }, { ...reach, delay, jitter: delay })
const resolveError = defineOptions('fault', everyCall, {
  ...reach,
  message: optional(text(500)),
  code: optional(text(100)),
  error: optional(callable<(call: FaultedCall) => unknown>()),
})
const resolveResult = defineOptions('fault', everyCall, {
  ...reach,
  value: matching('any value', (_value): _value is unknown => true),
})
const resolveHang = defineOptions('fault', everyCall, reach)

const none = {
  delayMs: 0,
  jitterMs: 0,
  message: undefined,
  code: undefined,
  error: undefined,
  value: undefined,
} as const

/**
 * Checks and completes a fault.
 *
 * @param name the switch that it is for, for messages
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function resolveFault(fault: Fault, name: string): ResolvedFault {
  const { kind } = resolveKind(onlyOption(fault, 'kind'), name)
  switch (kind) {
    case 'latency': {
      const { delay: delayMs, jitter: jitterMs, ...rest } = resolveLatency(fault, name)
      return { ...none, ...rest, delayMs, jitterMs }
    }
    case 'error':
      return { ...none, ...errorFault(fault, name) }
    case 'result':
      return { ...none, ...resolveResult(fault, name) }
    case 'hang':
      return { ...none, ...resolveHang(fault, name) }
  }
}

function errorFault(fault: Fault, name: string): ReturnType<typeof resolveError> {
  const resolved = resolveError(fault, name)
  const [idle] = (['message', 'code'] as const).filter((key) => resolved[key] !== undefined)
  if (idle === undefined || resolved.error === undefined) return resolved
  const must = 'be left out beside "error", which makes all of the error'
  throw optionConflict('fault', name, { key: idle, must, received: showValue(resolved[idle]) })
}
