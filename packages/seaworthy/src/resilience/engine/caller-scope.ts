import type { CallContext, ExecuteOptions } from './call-context.ts'
import { wrongWishes } from './check-call.ts'
import { Ending, type CallScope, type Order, type ScopeChild } from './call-scope.ts'

/** What a caller begins with, before any policy. */
interface Beginning {
  readonly signal: AbortSignal | undefined
  readonly attempt: number
  readonly deadlineMs: number | undefined
}

/** The context of a caller, before any policy. */
export class CallerScope implements CallScope {
  readonly order: Order
  readonly attempt: number
  readonly deadlineMs: number | undefined
  readonly isAborted = false
  readonly reason = undefined
  readonly #ending = new Ending()

  constructor({ signal, attempt, deadlineMs }: Beginning) {
    const options: ExecuteOptions = { signal }
    this.order = { work: noWork, options }
    this.attempt = attempt
    this.deadlineMs = deadlineMs
  }

  orderIn(): undefined {
    return undefined
  }

  get signal(): AbortSignal {
    return this.order.options.signal ?? this.#ending.signal
  }

  /** Nothing ends a caller but its own signal, which whoever is inside follows by itself. */
  adopt(_child: ScopeChild): void {}

  disown(_child: ScopeChild): void {}

  noteStray(): void {}
}

/**
 * A context to use one policy without a pipeline.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION for what is no signal
 */
export function callContext(signal?: AbortSignal): CallContext {
  const wrong = wrongWishes({ signal })
  if (wrong !== undefined) throw wrong
  return new CallerScope({ signal, attempt: 1, deadlineMs: undefined })
}

function noWork(): Promise<never> {
  return Promise.reject(new TypeError('Cannot run: the context of a caller has no work of its own'))
}
