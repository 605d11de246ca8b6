import { isolate, type Clock } from 'seaworthy/core'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type {
  BreakerMembership,
  BreakerReport,
  BreakerReports,
  PeerListener,
  PeerReport,
} from './breaker-reports.ts'

/**
 * Reports of instances that live in one process: for tests, and for several services in one program. Everything is
 * delivered at once. It holds one entry for each breaker that joined and has not left.
 */
export interface ReportBoard {
  /** The board as one instance sees it. */
  as(instance: string): BreakerReports
  /** Whether reports travel. While they do not, each instance is alone. */
  isReachable: boolean
}

/**
 * Makes an empty board. `forMs` is measured on the clock that is handed in.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION for what is no clock
 */
export function createReportBoard(clock?: Clock): ReportBoard {
  return new Board(completeRuntime({ clock }).clock)
}

interface Entry {
  readonly instance: string
  readonly listener: PeerListener
  verdict: BreakerReport['verdict']
  sinceMs: number
}

class Board implements ReportBoard {
  readonly #clock: Clock
  readonly #names = new Map<string, Map<string, Entry>>()
  #isReachable = true

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isReachable(): boolean {
    return this.#isReachable
  }

  set isReachable(value: boolean) {
    if (this.#isReachable === value) return
    this.#isReachable = value
    for (const name of this.#names.keys()) this.#tell(name)
  }

  as(instance: string): BreakerReports {
    return { join: (name, listener) => this.#join(name, instance, listener) }
  }

  #join(name: string, instance: string, listener: PeerListener): BreakerMembership {
    const entry: Entry = { instance, listener, verdict: 'healthy', sinceMs: this.#clock.now() }
    const entries = this.#names.get(name) ?? new Map<string, Entry>()
    this.#names.set(name, entries.set(instance, entry))
    this.#tell(name, instance)
    const isIn = (): boolean => entries.get(instance) === entry
    return {
      report: ({ verdict, forMs }) => {
        if (!isIn()) return
        entry.verdict = verdict
        entry.sinceMs = this.#clock.now() - forMs
        this.#tell(name, instance)
      },
      peers: () => (isIn() && this.#isReachable ? this.#othersOf(entries, instance) : []),
      leave: () => {
        if (!isIn()) return
        entries.delete(instance)
        if (entries.size === 0 && this.#names.get(name) === entries) this.#names.delete(name)
        this.#tell(name, instance)
      },
    }
  }

  #othersOf(entries: ReadonlyMap<string, Entry>, instance: string): PeerReport[] {
    const nowMs = this.#clock.now()
    return [...entries.values()]
      .filter((entry) => entry.instance !== instance)
      .map((entry) => ({
        instance: entry.instance,
        verdict: entry.verdict,
        forMs: Math.max(0, nowMs - entry.sinceMs),
      }))
  }

  /** Tells the members of a name, but not the one that caused it. */
  #tell(name: string, cause?: string): void {
    const told = Array.from(this.#names.get(name)?.values() ?? [])
    for (const entry of told) if (entry.instance !== cause) isolate(() => entry.listener.peersChanged())
  }
}
