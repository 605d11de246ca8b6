import { isolate } from 'seaworthy/core'
import type { BreakerMembership, BreakerReport, BreakerReports, PeerListener } from './breaker-reports.ts'
import type { BreakerStatus } from './breaker-state.ts'
import { isQuorumFailing, type QuorumRule } from './quorum.ts'

/** Ties a breaker to those of the same name in other instances. What goes wrong there changes nothing here. */
export class PeerLink {
  #membership: BreakerMembership | undefined
  #verdict: BreakerReport['verdict'] = 'healthy'

  constructor(reports: BreakerReports, name: string, listener: PeerListener) {
    isolate(() => {
      this.#membership = reports.join(name, listener)
    })
  }

  /** Tells others what calls of our own have found, when that has changed. */
  report(status: BreakerStatus, nowMs: number, isDisabled: boolean): void {
    const verdict = isDisabled ? 'silent' : verdictOf(status)
    if (verdict === this.#verdict) return
    this.#verdict = verdict
    const sinceMs = 'failingSinceMs' in status ? status.failingSinceMs : undefined
    const forMs = verdict === 'failing' && sinceMs !== undefined ? nowMs - sinceMs : 0
    isolate(() => this.#membership?.report({ verdict, forMs }))
  }

  /**
   * Whether the others say that a breaker in this state should open. Where calls of our own, or an operator, closed it,
   * only failures that began later count.
   */
  areFailing(rule: QuorumRule, status: BreakerStatus, nowMs: number): boolean {
    const hasOwnWord = status.reason === 'probe' || status.reason === 'operator'
    const withinMs = hasOwnWord ? nowMs - status.sinceMs : Infinity
    let areFailing = false
    isolate(() => {
      areFailing = isQuorumFailing(this.#membership?.peers() ?? [], rule, withinMs)
    })
    return areFailing
  }

  leave(): void {
    isolate(() => this.#membership?.leave())
    this.#membership = undefined
  }
}

/** Opening by the word of others is no finding of our own: reported, it would echo for ever. */
function verdictOf(status: BreakerStatus): BreakerReport['verdict'] {
  switch (status.kind) {
    case 'forced-open':
    case 'forced-closed':
      return 'silent'
    case 'closed':
      return 'healthy'
    case 'open':
    case 'half-open':
      return status.failingSinceMs === undefined ? 'healthy' : 'failing'
  }
}
