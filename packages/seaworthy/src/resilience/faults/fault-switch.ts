import {
  defineOptions,
  duration,
  number,
  oneOf,
  optional,
  text,
  toMs,
  type Clock,
  type Duration,
  type Runtime,
  type Timer,
} from 'seaworthy/core'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type { Flight } from '../engine/flight.ts'
import type { Policy } from '../engine/policy.ts'
import { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { resilienceError } from '../resilience-errors.ts'

/** How a dependency is to misbehave. `share` is the share of calls that it meets, from 0 to 1, by default all. */
export type Fault =
  | { readonly kind: 'latency'; readonly delay: Duration; readonly share?: number }
  | { readonly kind: 'error'; readonly message?: string; readonly share?: number }
  | { readonly kind: 'hang'; readonly share?: number }

export interface ActiveFault {
  readonly kind: Fault['kind']
  readonly delayMs: number
  readonly message: string | undefined
  readonly share: number
  /** Milliseconds until it ends by itself; undefined when it stays until cleared. */
  readonly leftMs: number | undefined
}

export interface FaultSwitchSnapshot {
  readonly name: string
  readonly fault: ActiveFault | undefined
  /** Calls that met a fault since the start. */
  readonly injected: number
}

/** Breaks a dependency on purpose while it runs. */
export interface FaultSwitch extends Policy {
  readonly kind: 'fault-switch'
  /** The fault at present; undefined when there is none. */
  readonly current: ActiveFault | undefined
  /**
   * Breaks the dependency, for a time or until {@link clear}. It replaces an earlier fault. A call that hangs ends only
   * by its abort, also when the fault is over.
   *
   * @throws SeaworthyError ERR_INVALID_OPTION
   */
  set(fault: Fault, forMs?: Duration): void
  clear(): void
  snapshot(): FaultSwitchSnapshot
}

/** Where a fault switch is entered by name. */
export interface FaultRegistrar {
  readonly faults: { add(faultSwitch: FaultSwitch): void }
}

const resolveFault = defineOptions(
  'fault',
  { delay: 0, share: 1 },
  {
    kind: oneOf('latency', 'error', 'hang'),
    delay: duration(0, '1d'),
    message: optional(text(500)),
    share: number(0, 1),
  },
)

/** Makes the switch that breaks one dependency. It is off. */
export function faultSwitch(
  name: string,
  runtime?: Partial<Runtime>,
  registry?: FaultRegistrar,
): FaultSwitch {
  const made = new Switch(name, completeRuntime(runtime))
  registry?.faults.add(made)
  return made
}

class Switch extends StagedPolicy implements FaultSwitch {
  readonly kind = 'fault-switch'
  readonly name: string
  readonly #runtime: Runtime
  #fault: ReturnType<typeof resolveFault> | undefined
  #endsAt = Infinity
  #injected = 0

  constructor(name: string, runtime: Runtime) {
    super()
    this.name = name
    this.#runtime = runtime
  }

  get current(): ActiveFault | undefined {
    const fault = this.#fault
    const leftMs = this.#endsAt - this.#runtime.clock.now()
    if (fault === undefined || leftMs <= 0) return undefined
    return Object.freeze({
      kind: fault.kind,
      delayMs: fault.delay,
      message: fault.message,
      share: fault.share,
      leftMs: leftMs === Infinity ? undefined : leftMs,
    })
  }

  set(fault: Fault, forMs?: Duration): void {
    const resolved = resolveFault(fault, this.name)
    this.#endsAt = forMs === undefined ? Infinity : this.#runtime.clock.now() + toMs(forMs, 'fault length')
    this.#fault = resolved
  }

  clear(): void {
    this.#fault = undefined
  }

  stage(): Stage {
    return new FaultStage(this)
  }

  /** For its stages: the fault that the next call meets. */
  draw(): ActiveFault | undefined {
    if (this.#fault === undefined) return undefined
    const fault = this.current
    if (fault === undefined || this.#runtime.random.next() >= fault.share) return undefined
    this.#injected++
    return fault
  }

  /** For its stages. */
  get clock(): Clock {
    return this.#runtime.clock
  }

  /** For its stages: the error of a fault. */
  errorOf(fault: ActiveFault): Error {
    return resilienceError(
      'ERR_FAULT_INJECTED',
      fault.message ?? `Cannot call "${this.name}": its fault switch must be off, is set to error`,
      { details: { name: this.name } },
    )
  }

  snapshot(): FaultSwitchSnapshot {
    return Object.freeze({ name: this.name, fault: this.current, injected: this.#injected })
  }

  describe(): Readonly<Record<string, unknown>> {
    return { kind: this.kind, name: this.name }
  }
}

class FaultStage extends Stage {
  readonly #switch: Switch

  constructor(faultSwitch: Switch) {
    super()
    this.#switch = faultSwitch
  }

  override enter(flight: Flight): unknown {
    const fault = this.#switch.draw()
    if (fault === undefined) return this.inner.enter(flight)
    flight.frames[this.index] = undefined
    if (fault.kind === 'error') return this.outerOnFailure.failed(flight, this.#switch.errorOf(fault))
    if (fault.kind === 'latency') {
      flight.frames[this.index] = this.#switch.clock.schedule(fault.delayMs, () => flight.resume(this))
    }
    return flight.park(this)
  }

  override abandoned(flight: Flight): void {
    const timer = flight.frames[this.index] as Timer | undefined
    timer?.cancel()
  }
}
