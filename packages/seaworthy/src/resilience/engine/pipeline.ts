import type { GuardedResult } from '../fallback/guarded-result.ts'
import type { CallContext, ExecuteOptions, Work } from './call-context.ts'
import type { CallOutcome } from './call-outcome.ts'
import { checkedPolicies, wrongCall } from './check-call.ts'
import { FixedCore, Line } from './line.ts'
import type { Policy } from './policy.ts'
import { resilienceError } from '../resilience-errors.ts'
import { ownScope } from './scope-of.ts'
import { StagedPolicy } from './staged-policy.ts'

/** Policies that are linked; `Policies` are their types, outermost first, for the type of what a call answers with. */
export interface Pipeline<Policies extends readonly Policy[] = readonly Policy[]> {
  /** The policies, outermost first. */
  readonly policies: Policies
  /**
   * Makes a call. It rejects as the work does, or with the refusal of a policy. With a fallback among the policies it
   * answers with an `Answer`, which names its source. What is no function, or options of a wrong kind, it rejects with
   * ERR_INVALID_OPTION before any policy sees the call.
   */
  execute<T>(work: Work<T>, options?: ExecuteOptions): Promise<GuardedResult<T, Policies>>
  /**
   * Makes a call and tells how it ended. It does not reject, so that a refusal costs no exception, but for what `execute`
   * does not take as a call.
   */
  outcome<T>(work: Work<T>, options?: ExecuteOptions): Promise<CallOutcome<GuardedResult<T, Policies>>>
  /** The policies with their resolved options, outermost first. */
  describe(): readonly Readonly<Record<string, unknown>>[]
}

const noOptions: ExecuteOptions = Object.freeze({})

/**
 * Combines policies, outermost first, once: they are linked, and a call makes neither closure nor promise per policy.
 * {@link policyOrder} tells the usual order and why.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function pipeline<const Policies extends readonly Policy[]>(policies: Policies): Pipeline<Policies> {
  const linked = Object.freeze(checkedPolicies(policies))
  const line = lineOf(linked)
  const { gate } = line
  return Object.freeze({
    // A copy of the same policies in the same order.
    policies: linked as readonly Policy[] as Policies,
    execute<T>(work: Work<T>, options: ExecuteOptions = noOptions): Promise<GuardedResult<T, Policies>> {
      // The line carries any work; what comes out is what this call's work gave.
      if (options !== noOptions || typeof work !== 'function') {
        const wrong = wrongCall(work, options)
        if (wrong !== undefined) return Promise.reject(wrong)
      }
      return line.run(work, options) as Promise<GuardedResult<T, Policies>>
    },
    outcome<T>(
      work: Work<T>,
      options: ExecuteOptions = noOptions,
    ): Promise<CallOutcome<GuardedResult<T, Policies>>> {
      if (options !== noOptions || typeof work !== 'function') {
        const wrong = wrongCall(work, options)
        if (wrong !== undefined) return Promise.reject(wrong)
      }
      if (gate !== undefined && options.signal === undefined) {
        const refused = gate.refusedAtOnce()
        if (refused !== undefined) return refused
      }
      return line.outcome(work, options) as Promise<CallOutcome<GuardedResult<T, Policies>>>
    },
    describe: () => linked.map((policy) => policy.describe()),
  })
}

/** Policies of this package are linked; one of another kind is the core of a line, with the rest in a line inside it. */
function lineOf(policies: readonly Policy[]): Line {
  const foreign = policies.findIndex((policy) => !(policy instanceof StagedPolicy))
  const staged = foreign < 0 ? policies : policies.slice(0, foreign)
  const stages = staged.filter((policy) => policy instanceof StagedPolicy).map((policy) => policy.stage())
  const policy = policies[foreign]
  if (policy === undefined) return new Line(stages)
  const inner = lineOf(policies.slice(foreign + 1))
  const next = (context: CallContext): Promise<unknown> => runNext({ outer, inner }, context)
  const outer = new Line(stages, new FixedCore((context) => policy.execute(next, context)))
  return outer
}

/** The lines before and after a policy of another kind. */
interface Lines {
  readonly outer: Line
  readonly inner: Line
}

function runNext({ outer, inner }: Lines, context: CallContext): Promise<unknown> {
  const around = ownScope(context)
  // Of this pipeline's own call: the context may be that of another policy inside the one that hands it on.
  const order = around?.orderIn(outer)
  if (around !== undefined && order !== undefined) return inner.runInside(around, order)
  return Promise.reject(
    resilienceError(
      'ERR_CONTEXT_LOST',
      'Cannot run the work of a pipeline: each policy must pass on the context it was given, received another object',
    ),
  )
}
