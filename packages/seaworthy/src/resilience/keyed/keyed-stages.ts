import type { ExecuteOptions } from '../engine/call-context.ts'
import type { Flight } from '../engine/flight.ts'
import { frameOf, keepFrame } from '../engine/frames.ts'
import { Stage, type Abandonment } from '../engine/stage.ts'
import type { StagedPolicy } from '../engine/staged-policy.ts'
import type { InstanceUser } from './instances.ts'
import { noSlot } from './key-table.ts'

/** What tells calls apart. */
export type KeyOf = (options: ExecuteOptions) => string | undefined

/** Where the policies of the keys are. */
export interface StagedInstances {
  readonly common: StagedPolicy
  begin(key: string): number
  end(slot: number): void
  policyIn(slot: number): StagedPolicy
  inform(user: InstanceUser): void
}

/**
 * A keyed policy at its place in a pipeline: finds the policy of the call's key and keeps it while the call is under way.
 * Its slot of a call holds that of the key.
 */
export class KeyedStage extends Stage {
  override readonly within: DelegatingStage
  readonly #instances: StagedInstances
  readonly #keyOf: KeyOf | undefined

  /** @param keyOf left out for the `key` of the call */
  constructor(instances: StagedInstances, keyOf: KeyOf | undefined) {
    super()
    this.#instances = instances
    this.#keyOf = keyOf
    this.within = new DelegatingStage(instances, this)
    instances.inform(this.within)
  }

  override enter(flight: Flight): unknown {
    let slot: number
    try {
      const { options } = flight.order
      const key = this.#keyOf === undefined ? options.key : this.#keyOf(options)
      slot = key === undefined ? noSlot : this.#instances.begin(key)
    } catch (error) {
      return this.outerOnFailure.failed(flight, error)
    }
    keepFrame(flight, this.index, slot)
    return this.inner.enter(flight)
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    this.#leave(flight)
    return this.outerOnSuccess.succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    this.#leave(flight)
    return this.outerOnFailure.failed(flight, error)
  }

  override abandoned(flight: Flight): void {
    this.#leave(flight)
  }

  #leave(flight: Flight): void {
    this.#instances.end(frameOf(flight, this.index) as number)
    keepFrame(flight, this.index, undefined)
  }
}

/**
 * Right inside it: hands each call to the stage of its key's policy. That stage hands on to the stages around this one
 * itself, so that a key costs a call no more than finding it.
 */
class DelegatingStage extends Stage implements InstanceUser {
  override readonly mayAbandon: boolean
  override readonly goesOn: boolean
  readonly #instances: StagedInstances
  readonly #around: KeyedStage
  readonly #stages: (Stage | undefined)[] = []

  constructor(instances: StagedInstances, around: KeyedStage) {
    super()
    this.#instances = instances
    this.#around = around
    // Linked when the first call comes; until then it tells what all of its kind are like.
    const common = instances.common.stage()
    this.mayAbandon = common.mayAbandon
    this.goesOn = common.goesOn
  }

  forget(slot: number): void {
    this.#stages[slot] = undefined
  }

  override enter(flight: Flight): unknown {
    return this.#stageOf(flight).enter(flight)
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    return this.#stageOf(flight).succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    return this.#stageOf(flight).failed(flight, error)
  }

  override abandoned(flight: Flight, end: Abandonment): void {
    this.#stageOf(flight).abandoned(flight, end)
  }

  override moved(from: Flight, to: Flight): void {
    if (this.#isInside(to)) this.#stageOf(to).moved(from, to)
  }

  override deadlineMs(flight: Flight): number | undefined {
    return this.#isInside(flight) ? this.#stageOf(flight).deadlineMs(flight) : undefined
  }

  #isInside(flight: Flight): boolean {
    return frameOf(flight, this.#around.index) !== undefined
  }

  #stageOf(flight: Flight): Stage {
    const slot = frameOf(flight, this.#around.index) as number
    return this.#stages[slot] ?? this.#link(slot)
  }

  #link(slot: number): Stage {
    const stage = this.#instances.policyIn(slot).stage()
    stage.inner = this.inner
    stage.outerOnSuccess = this.outerOnSuccess
    stage.outerOnFailure = this.outerOnFailure
    stage.index = this.index
    this.#stages[slot] = stage
    return stage
  }
}
