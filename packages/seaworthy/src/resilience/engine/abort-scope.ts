import { abortReason, onAbort } from 'seaworthy/core'

/** Is told once when a scope is aborted. */
export interface AbortListener {
  aborted(reason: unknown): void
}

/**
 * A part of a call that can be cancelled as one. Scopes form a chain: the outermost follows the caller's signal, a
 * timeout puts its own inside. An `AbortSignal` is only made when somebody asks for it, and a scope follows its parent
 * only while somebody listens, so nothing is left behind on a signal that outlives the call.
 */
export class AbortScope implements AbortListener {
  readonly #parent: AbortScope | undefined
  readonly #caller: AbortSignal | undefined
  #isAborted = false
  #reason: unknown
  #controller: AbortController | undefined
  #listener: AbortListener | undefined
  #moreListeners: Set<AbortListener> | undefined
  #isFollowing = false
  #stopFollowingCaller: (() => void) | undefined

  /**
   * @param parent the scope around this one
   * @param caller the signal of whoever made the call, for the outermost scope
   */
  constructor(parent: AbortScope | undefined, caller?: AbortSignal) {
    this.#parent = parent
    this.#caller = caller
  }

  get isAborted(): boolean {
    return this.#isAborted || this.#caller?.aborted === true || this.#parent?.isAborted === true
  }

  /** Why it was aborted; undefined while it is not. */
  get reason(): unknown {
    if (this.#isAborted) return this.#reason
    if (this.#caller?.aborted === true) return abortReason(this.#caller)
    return this.#parent?.reason
  }

  /** The scope as a signal: the caller's own for the outermost scope. */
  get signal(): AbortSignal {
    if (this.#caller !== undefined) return this.#caller
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.isAborted) this.#controller.abort(this.reason)
      else this.#follow()
    }
    return this.#controller.signal
  }

  /** Aborts this scope and those inside it; the ones around it go on. */
  abort(reason: unknown): void {
    this.close()
    this.aborted(reason)
  }

  /** Called by the parent. */
  aborted(reason: unknown): void {
    if (this.#isAborted) return
    this.#isAborted = true
    this.#reason = reason
    const first = this.#listener
    const more = this.#moreListeners
    this.#listener = undefined
    this.#moreListeners = undefined
    first?.aborted(reason)
    for (const listener of more ?? []) listener.aborted(reason)
    this.#controller?.abort(reason)
  }

  /** Tells the listener when this scope is aborted; at once if it already is. */
  listen(listener: AbortListener): void {
    if (this.isAborted) return listener.aborted(this.reason)
    if (this.#listener === undefined) this.#listener = listener
    else (this.#moreListeners ??= new Set()).add(listener)
    this.#follow()
  }

  unlisten(listener: AbortListener): void {
    if (this.#listener === listener) this.#listener = undefined
    else this.#moreListeners?.delete(listener)
    const isWatched = this.#listener !== undefined || (this.#moreListeners?.size ?? 0) > 0
    if (!isWatched && this.#controller === undefined) this.close()
  }

  /** Stops following what is around it. Its signal stays as it is. */
  close(): void {
    if (!this.#isFollowing) return
    this.#isFollowing = false
    if (this.#parent !== undefined) this.#parent.unlisten(this)
    else this.#stopFollowingCaller?.()
  }

  #follow(): void {
    if (this.#isFollowing) return
    this.#isFollowing = true
    if (this.#parent !== undefined) this.#parent.listen(this)
    else if (this.#caller !== undefined) {
      this.#stopFollowingCaller = onAbort(this.#caller, (reason) => this.aborted(reason))
    }
  }
}
