import { isolate, type Clock } from 'seaworthy/core'
import type { BreakerReport, BreakerVerdict, PeerListener, PeerReport } from 'seaworthy/resilience'
import type { ServerReport, ServerReports } from './reports-reply.ts'

/** One breaker of this instance: what it finds, and what the others were last heard to find. */
export class Member {
  readonly key: string
  readonly #listener: PeerListener
  readonly #clock: Clock
  readonly #expiryMs: number
  #peers: readonly KnownPeer[] = []
  #sinceMs: number
  verdict: BreakerVerdict = 'healthy'
  /** Whether it says something that the server has not heard yet. */
  hasNews = true
  hasLeft = false

  constructor(key: string, options: { listener: PeerListener; clock: Clock; expiryMs: number }) {
    this.key = key
    this.#listener = options.listener
    this.#clock = options.clock
    this.#expiryMs = options.expiryMs
    this.#sinceMs = this.#clock.now()
  }

  /** How long it has been so. */
  get forMs(): number {
    return this.#clock.now() - this.#sinceMs
  }

  report({ verdict, forMs }: BreakerReport): void {
    this.verdict = verdict
    this.#sinceMs = this.#clock.now() - forMs
    this.hasNews = true
  }

  peers(): readonly PeerReport[] {
    const nowMs = this.#clock.now()
    return this.#peers
      .filter(({ countsUntilMs }) => nowMs < countsUntilMs)
      .map(({ report: { instance, verdict }, sinceMs }) => ({
        instance,
        verdict,
        forMs: Math.max(0, nowMs - sinceMs),
      }))
  }

  /** Takes over what the server says. */
  hear({ atUs, reports }: ServerReports): void {
    const nowMs = this.#clock.now()
    const before = this.#peers.map(({ report }) => report)
    this.#peers = reports.map((report) => ({
      report,
      sinceMs: nowMs - (atUs - report.sinceUs) / 1_000,
      countsUntilMs: nowMs + this.#expiryMs - (atUs - report.beatUs) / 1_000,
    }))
    if (!saySame(before, reports)) this.#tell()
  }

  /** Without Redis nobody knows of the others. */
  hearNothing(): void {
    if (this.#peers.length === 0) return
    this.#peers = []
    this.#tell()
  }

  #tell(): void {
    if (!this.hasLeft) isolate(() => this.#listener.peersChanged())
  }
}

interface KnownPeer {
  readonly report: ServerReport
  /** Since when it is so, and until when it counts without another sign of life, on this instance's clock. */
  readonly sinceMs: number
  readonly countsUntilMs: number
}

function saySame(some: readonly ServerReport[], others: readonly ServerReport[]): boolean {
  const said = new Map(some.map((report) => [report.instance, report]))
  return (
    some.length === others.length &&
    others.every(({ instance, verdict, sinceUs }) => {
      const known = said.get(instance)
      return known?.verdict === verdict && known.sinceUs === sinceUs
    })
  )
}
