import { BranchScope } from './branch-scope.ts'
import type { CallContext } from './call-context.ts'
import type { CallScope } from './call-scope.ts'
import { CallerScope } from './caller-scope.ts'
import { Flight } from './flight.ts'

/** The scope that a context is; undefined for one that was made elsewhere. */
export function ownScope(context: CallContext): CallScope | undefined {
  const isOwn = context instanceof Flight || context instanceof BranchScope || context instanceof CallerScope
  return isOwn ? context : undefined
}

/** The context as a scope; one that was made elsewhere is wrapped. */
export function scopeOf(context: CallContext): CallScope {
  const own = ownScope(context)
  if (own !== undefined) return own
  const { signal, attempt, deadlineMs } = context
  return new CallerScope({ signal, attempt, deadlineMs })
}
