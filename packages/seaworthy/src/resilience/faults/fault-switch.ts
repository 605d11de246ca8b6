import {
  boolean,
  defineOptions,
  matching,
  optional,
  seededRandom,
  text,
  toMs,
  type Clock,
  type Duration,
  type Random,
  type Runtime,
} from 'seaworthy/core'
import type { ExecuteOptions } from '../engine/call-context.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { entered } from '../engine/entered.ts'
import { givenName } from '../engine/given-options.ts'
import type { Policy } from '../engine/policy.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { resolveFault, type Fault } from './fault.ts'
import { faultsFromRequest } from './fault-request.ts'
import { FaultRules, planFaults, type FaultPlan, type FaultRule } from './fault-rules.ts'
import { FaultStage } from './fault-stage.ts'

export interface FaultSwitchOptions {
  /** The dependency that it breaks. */
  readonly name: string
  /**
   * Whether a call may ask for faults by its own `faultRequest`, such as `latency=200ms`. Only for development: whoever
   * can make a request could then break it. Default false: what calls ask for is ignored.
   */
  readonly allowRequests?: boolean
  /** Makes the same calls meet faults in each run. Default: the random numbers of the runtime. */
  readonly seed?: number | string
}

export const faultSwitchDefaults = { allowRequests: false } as const

/** A fault as it is set at present. */
export interface ActiveFault {
  /** For {@link FaultSwitch.remove}. */
  readonly id: number
  readonly kind: Fault['kind']
  readonly delayMs: number
  readonly jitterMs: number
  readonly message: string | undefined
  readonly code: string | undefined
  readonly share: number
  readonly key: string | undefined
  /** Calls that it met. */
  readonly met: number
  /** Milliseconds until it ends by itself; undefined when it stays until cleared. */
  readonly leftMs: number | undefined
}

export interface FaultSwitchSnapshot {
  readonly name: string
  /** The first of the faults; undefined when there is none. */
  readonly fault: ActiveFault | undefined
  readonly faults: readonly ActiveFault[]
  /** Calls that met a fault since the start. */
  readonly injected: number
}

/** Breaks a dependency on purpose while it runs. */
export interface FaultSwitch extends Policy {
  readonly kind: 'fault-switch'
  /** The first of the faults at present; undefined when there is none. */
  readonly current: ActiveFault | undefined
  /**
   * Breaks the dependency, for a time or until {@link clear}. It replaces all earlier faults. Of several, those that are
   * latencies add up, and the first other one ends the call. A call that hangs ends only by its abort, also when the fault
   * is over.
   *
   * @throws SeaworthyError ERR_INVALID_OPTION, ERR_INVALID_DURATION; ERR_FAULTS_FULL for more than 20
   */
  set(fault: Fault | readonly Fault[], forMs?: Duration): void
  /**
   * Adds a fault to those that are set.
   *
   * @returns its number, for {@link remove}
   * @throws SeaworthyError as {@link set}
   */
  add(fault: Fault, forMs?: Duration): number
  /** Takes one fault out. False when it is not there. */
  remove(id: number): boolean
  clear(): void
  snapshot(): FaultSwitchSnapshot
}

/** Where a fault switch is entered by name. */
export interface FaultRegistrar {
  readonly faults: { add(faultSwitch: FaultSwitch): void }
}

const resolveFaultSwitchOptions = defineOptions('fault switch', faultSwitchDefaults, {
  name: text(),
  allowRequests: boolean(),
  seed: optional(
    matching(
      'a finite number or text',
      (value): value is number | string => typeof value === 'string' || Number.isFinite(value),
    ),
  ),
})

/**
 * Makes the switch that breaks one dependency. It is off, and then costs a call one look.
 *
 * @param options the name of the dependency, or more
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function faultSwitch(
  options: string | FaultSwitchOptions,
  runtime?: Partial<Runtime>,
  registry?: FaultRegistrar,
): FaultSwitch {
  const given = typeof options === 'string' ? { name: options } : options
  const { name, allowRequests, seed } = resolveFaultSwitchOptions(given, givenName(given))
  const { clock, random } = completeRuntime(runtime)
  const made = new Switch(name, {
    clock,
    random: seed === undefined ? random : seededRandom(seed),
    allowRequests,
  })
  return entered(made, registry, 'faults')
}

interface SwitchParts extends Runtime {
  readonly allowRequests: boolean
}

class Switch extends StagedPolicy implements FaultSwitch {
  readonly kind = 'fault-switch'
  readonly name: string
  readonly clock: Clock
  readonly #random: Random
  readonly #allowRequests: boolean
  readonly #rules: FaultRules
  #injected = 0

  constructor(name: string, { clock, random, allowRequests }: SwitchParts) {
    super()
    this.name = name
    this.clock = clock
    this.#random = random
    this.#allowRequests = allowRequests
    this.#rules = new FaultRules(name)
  }

  get current(): ActiveFault | undefined {
    return this.#active()[0]
  }

  set(fault: Fault | readonly Fault[], forMs?: Duration): void {
    const faults = isList(fault) ? fault : [fault]
    const resolved = faults.map((each) => resolveFault(each, this.name))
    this.#rules.replace(resolved, this.#endsAtMs(forMs))
  }

  add(fault: Fault, forMs?: Duration): number {
    return this.#rules.add(resolveFault(fault, this.name), this.clock.now(), this.#endsAtMs(forMs))
  }

  remove(id: number): boolean {
    return this.#rules.remove(id)
  }

  clear(): void {
    this.#rules.replace([], Infinity)
  }

  /** For its stages: whether no call can meet a fault. */
  get isOff(): boolean {
    return this.#rules.isEmpty && !this.#allowRequests
  }

  /** For its stages: what a call meets; undefined when it meets none. */
  plan({ key, faultRequest }: ExecuteOptions): FaultPlan | undefined {
    const target = { key, random: this.#random }
    const wished =
      this.#allowRequests && faultRequest !== undefined ? faultsFromRequest(faultRequest, this.name) : []
    const candidates = wished.map((fault) => ({ fault, met: 0 }))
    const plan = planFaults([...candidates, ...this.#rules.active(this.clock.now())], target)
    if (plan !== undefined) this.#injected++
    return plan
  }

  stage(): Stage {
    return new FaultStage(this)
  }

  snapshot(): FaultSwitchSnapshot {
    const faults = this.#active()
    return Object.freeze({ name: this.name, fault: faults[0], faults, injected: this.#injected })
  }

  describe(): Readonly<Record<string, unknown>> {
    return { kind: this.kind, name: this.name, allowRequests: this.#allowRequests }
  }

  #active(): readonly ActiveFault[] {
    const nowMs = this.clock.now()
    return Object.freeze(this.#rules.active(nowMs).map((rule) => shown(rule, nowMs)))
  }

  #endsAtMs(forMs: Duration | undefined): number {
    return forMs === undefined ? Infinity : this.clock.now() + toMs(forMs, 'fault length')
  }
}

function isList(fault: Fault | readonly Fault[]): fault is readonly Fault[] {
  return Array.isArray(fault)
}

function shown({ id, fault, met, endsAtMs }: FaultRule, nowMs: number): ActiveFault {
  const { kind, delayMs, jitterMs, message, code, share, key } = fault
  const leftMs = endsAtMs === Infinity ? undefined : endsAtMs - nowMs
  return Object.freeze({ id, kind, delayMs, jitterMs, message, code, share, key, met, leftMs })
}
