import type { Metrics } from 'seaworthy/telemetry'
import type { DependencyHandle } from './dependency-handle.ts'
import type { DependencySnapshot } from './dependency-snapshot.ts'

type Families = ReturnType<typeof policyGauges>

/**
 * Records what the policies of dependencies know, each time the metrics are collected, until stopped. What happens to
 * calls is recorded by `observeChannels`.
 */
export function observeDependencies(metrics: Metrics, dependencies: readonly DependencyHandle[]): () => void {
  const families = policyGauges(metrics)
  return metrics.onCollect(() => {
    for (const dependency of dependencies) record(families, dependency.snapshot())
  })
}

function record(families: Families, snapshot: DependencySnapshot): void {
  const { name, bulkhead, adaptive, shedding, budget, rateLimit } = snapshot
  const slots = adaptive ?? bulkhead
  if (slots !== undefined) {
    families.slots.with({ name }).set('limit' in slots ? slots.limit : slots.concurrency)
    families.active.with({ name }).set(slots.active)
    families.waiting.with({ name }).set(slots.waiting)
  }
  if (shedding !== undefined) families.heldBack.with({ name }).set(shedding.share)
  if (budget !== undefined) families.budget.with({ name }).set(budget.balance)
  if (rateLimit !== undefined) families.rateWaiting.with({ name }).set(rateLimit.waiting)
}

function policyGauges(metrics: Metrics) {
  const labels = ['name'] as const
  return {
    slots: metrics.gauge(
      'seaworthy_slots',
      'Calls that may be under way at once, by bulkhead or adaptive limit.',
      labels,
    ),
    active: metrics.gauge('seaworthy_slots_taken', 'Slots taken, those of abandoned work included.', labels),
    waiting: metrics.gauge('seaworthy_slots_waiting', 'Calls that wait for a slot.', labels),
    heldBack: metrics.gauge(
      'seaworthy_client_throttle_share',
      'The share of calls that is held back because most were refused, from 0 to 1.',
      labels,
    ),
    budget: metrics.gauge(
      'seaworthy_retry_budget_balance',
      'Further attempts of retries and hedges that could be made now.',
      labels,
    ),
    rateWaiting: metrics.gauge('seaworthy_rate_limit_waiting', 'Calls that wait for a rate limit.', labels),
  }
}
