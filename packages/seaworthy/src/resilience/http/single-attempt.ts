import type { Policy } from '../engine/policy.ts'
import { pipeline, type Pipeline } from '../engine/pipeline.ts'

const repeating: ReadonlySet<string> = new Set(['retry', 'hedge'])

/** The same policies without those that would send a request more than once; they keep their state in common. */
export function singleAttempt(guard: Pipeline): Pipeline {
  const policies = guard.policies.filter((policy) => !repeating.has(kindOf(policy)))
  return policies.length === guard.policies.length ? guard : pipeline(policies)
}

/** What a policy does; that of one for each key is what it does for each. */
function kindOf(policy: Policy & { readonly common?: Policy }): string {
  return policy.common?.kind ?? policy.kind
}
