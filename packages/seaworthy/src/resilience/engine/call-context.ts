import { AbortScope } from './abort-scope.ts'

/** What the work of one call gets to know. */
export interface CallContext {
  /** Aborted when the caller gives up or a timeout is over; the reason tells which. Never aborted after success. */
  readonly signal: AbortSignal
  /** Which attempt this is, from 1. */
  readonly attempt: number
  /** When the time is over, in milliseconds on the runtime's monotonic clock; undefined without a limit. */
  readonly deadlineMs?: number | undefined
}

/** Work that policies guard. */
export type Work<T> = (context: CallContext) => Promise<T>

/**
 * The context of a call as the policies of this package see it. A derived one is only made where something differs for
 * what is inside: a timeout (its own scope and deadline) and a second attempt. Work that goes on after it was given up
 * therefore never sees the signal of a later attempt.
 */
export class Call implements CallContext {
  readonly scope: AbortScope
  readonly attempt: number
  readonly deadlineMs: number | undefined
  readonly work: Work<unknown> | undefined
  readonly #parent: Call | undefined
  #queued = 0
  #abandoned: Set<Promise<unknown>> | undefined

  constructor(
    scope: AbortScope,
    work: Work<unknown> | undefined,
    derived?: { readonly parent: Call; readonly attempt: number; readonly deadlineMs: number | undefined },
  ) {
    this.scope = scope
    this.work = work
    this.#parent = derived?.parent
    this.attempt = derived?.attempt ?? 1
    this.deadlineMs = derived?.deadlineMs
  }

  get signal(): AbortSignal {
    return this.scope.signal
  }

  /** The same call, at a later attempt. */
  withAttempt(attempt: number): Call {
    return new Call(this.scope, this.work, { parent: this, attempt, deadlineMs: this.deadlineMs })
  }

  /** The same call inside a scope of its own that ends at `deadlineMs`, or earlier if this one does. */
  withDeadline(deadlineMs: number): Call {
    return new Call(new AbortScope(this.scope), this.work, {
      parent: this,
      attempt: this.attempt,
      deadlineMs: Math.min(deadlineMs, this.deadlineMs ?? deadlineMs),
    })
  }

  /** Whether the call waits for a slot of our own, so that its work has not begun. */
  get isQueued(): boolean {
    return this.#queued > 0
  }

  /** Notes that the call begins (1) or ends (-1) to wait for a slot. */
  countQueued(change: 1 | -1): void {
    this.#queued += change
    this.#parent?.countQueued(change)
  }

  /** Notes that the call was answered while this work goes on. Whoever lends a slot to the call keeps it until then. */
  abandon(work: Promise<unknown>): void {
    const abandoned = (this.#abandoned ??= new Set())
    abandoned.add(work)
    const forget = (): void => {
      abandoned.delete(work)
    }
    work.then(forget, forget)
    this.#parent?.abandon(work)
  }

  /** Settles when the abandoned work has ended; undefined when there is none. */
  abandonedWork(): Promise<unknown> | undefined {
    if (this.#abandoned === undefined || this.#abandoned.size === 0) return undefined
    return Promise.allSettled(this.#abandoned)
  }
}

/** The context as a call; one that was made elsewhere is wrapped. */
export function callOf(context: CallContext): Call {
  if (context instanceof Call) return context
  const call = new Call(new AbortScope(undefined, context.signal), undefined)
  if (context.attempt === 1 && context.deadlineMs === undefined) return call
  return new Call(call.scope, undefined, {
    parent: call,
    attempt: context.attempt,
    deadlineMs: context.deadlineMs,
  })
}

/** A context to use one policy without a pipeline. */
export function callContext(signal?: AbortSignal): CallContext {
  return new Call(new AbortScope(undefined, signal), undefined)
}
