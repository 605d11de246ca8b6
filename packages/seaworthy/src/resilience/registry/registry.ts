import { defineOptions, integer } from 'seaworthy/core'
import type { Bulkhead, BulkheadSnapshot } from '../bulkhead/bulkhead-handle.ts'
import type { CircuitBreaker, CircuitBreakerSnapshot } from '../breaker/circuit-breaker-handle.ts'
import type { FaultSwitch, FaultSwitchSnapshot } from '../faults/fault-switch.ts'
import { NamedTable } from './named-table.ts'

export interface RegistryOptions {
  /** How many policies of each kind it holds, from 1 to 100,000. Default 1,000. */
  readonly capacity?: number
}

export const registryDefaults = { capacity: 1_000 } as const

const resolveRegistryOptions = defineOptions('registry', registryDefaults, { capacity: integer(1, 100_000) })

export interface RegistrySnapshot {
  readonly breakers: readonly CircuitBreakerSnapshot[]
  readonly bulkheads: readonly BulkheadSnapshot[]
  readonly faults: readonly FaultSwitchSnapshot[]
}

/** The policies with a state of one service, by name, for operators, health and metrics. */
export interface Registry {
  readonly breakers: NamedTable<CircuitBreaker>
  readonly bulkheads: NamedTable<Bulkhead>
  readonly faults: NamedTable<FaultSwitch>
  snapshot(): RegistrySnapshot
}

/** Makes an empty registry. */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const { capacity } = resolveRegistryOptions(options)
  const breakers = new NamedTable<CircuitBreaker>('breakers', capacity)
  const bulkheads = new NamedTable<Bulkhead>('bulkheads', capacity)
  const faults = new NamedTable<FaultSwitch>('faults', capacity)
  return Object.freeze({
    breakers,
    bulkheads,
    faults,
    snapshot: () =>
      Object.freeze({
        breakers: breakers.list().map((breaker) => breaker.snapshot()),
        bulkheads: bulkheads.list().map((bulkhead) => bulkhead.snapshot()),
        faults: faults.list().map((faultSwitch) => faultSwitch.snapshot()),
      }),
  })
}
