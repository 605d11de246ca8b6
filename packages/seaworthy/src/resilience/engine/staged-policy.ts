import type { CallContext, Work } from './call-context.ts'
import { wrongUse } from './check-call.ts'
import { Line } from './line.ts'
import type { Policy } from './policy.ts'
import { scopeOf } from './scope-of.ts'
import type { Stage } from './stage.ts'

/** A policy that pipelines link instead of calling it. */
export abstract class StagedPolicy implements Policy {
  abstract readonly kind: string
  abstract readonly name: string
  #alone: Line | undefined

  /** A stage of its own for one place in one pipeline. */
  abstract stage(): Stage

  abstract describe(): Readonly<Record<string, unknown>>

  /** Runs work under this policy alone. */
  execute<T>(next: Work<T>, context: CallContext): Promise<T> {
    const wrong = wrongUse(next, context)
    if (wrong !== undefined) return Promise.reject(wrong)
    this.#alone ??= new Line([this.stage()])
    const around = scopeOf(context)
    const result = this.#alone.runInside(around, { work: next, options: around.order.options })
    // What comes out of the line is what this work gave.
    return result as Promise<T>
  }
}
