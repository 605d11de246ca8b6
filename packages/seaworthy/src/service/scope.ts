import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServiceLevel } from './service-level.ts'

/** Where one ingredient of an answer came from. */
export interface Provenance {
  readonly dependency: string
  readonly operation: string
  /** `live`, or the name of the fallback that answered. */
  readonly source: string
  /** When the value was true. */
  readonly asOf: Date
  readonly degraded: boolean
  /** Since when the dependency does not answer; undefined while it does. */
  readonly unavailableSince?: Date | undefined
}

/** One piece of work under one capability, and what its answer was built on. */
export interface Scope {
  readonly capability: string
  /** The newest provenance of each operation, in order of first use. */
  sources(): readonly Provenance[]
  /** The level of this answer: the worse of the capability's level now and of what the answer was built on. */
  level(): ServiceLevel
}

/** How many operations one scope remembers; more would be a loop, and the first ones tell the story. */
const sourcesMax = 100

/** Collects the provenance of one piece of work. */
export class ScopeRecorder implements Scope {
  readonly capability: string
  readonly #level: (sources: readonly Provenance[]) => ServiceLevel
  readonly #sources = new Map<string, Provenance>()

  constructor(capability: string, level: (sources: readonly Provenance[]) => ServiceLevel) {
    this.capability = capability
    this.#level = level
  }

  record(provenance: Provenance): void {
    const key = `${provenance.dependency}\n${provenance.operation}`
    if (this.#sources.size >= sourcesMax && !this.#sources.has(key)) return
    this.#sources.set(key, provenance)
  }

  sources(): readonly Provenance[] {
    return [...this.#sources.values()]
  }

  level(): ServiceLevel {
    return this.#level(this.sources())
  }
}

const storage = new AsyncLocalStorage<ScopeRecorder>()

/** Runs work under a recorder. */
export function runInScope<T>(recorder: ScopeRecorder, work: () => T): T {
  return storage.run(recorder, work)
}

/** The scope of the running work, if it has one. */
export function currentScope(): Scope | undefined {
  return storage.getStore()
}

/** Adds a provenance to the scope of the running work, if it has one. */
export function recordProvenance(provenance: Provenance): void {
  storage.getStore()?.record(provenance)
}
