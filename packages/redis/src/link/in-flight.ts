/** A command whose answer is awaited. */
export interface PendingCall {
  readonly sentAtMs: number
  reject(error: unknown): void
}

/** The commands under way, oldest first, at most `capacity` of them. */
export class InFlight {
  readonly capacity: number
  readonly #calls = new Set<PendingCall>()
  #onEmpty: (() => void)[] = []

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get isFull(): boolean {
    return this.#calls.size >= this.capacity
  }

  get oldest(): PendingCall | undefined {
    for (const call of this.#calls) return call
    return undefined
  }

  add(call: PendingCall): void {
    this.#calls.add(call)
  }

  /** Takes a call out. False when it was settled before. */
  settle(call: PendingCall): boolean {
    const wasThere = this.#calls.delete(call)
    if (wasThere && this.#calls.size === 0) this.#tellEmpty()
    return wasThere
  }

  /** Rejects all. */
  rejectAll(error: unknown): void {
    const calls = [...this.#calls]
    this.#calls.clear()
    for (const call of calls) call.reject(error)
    this.#tellEmpty()
  }

  /** Resolves when none is under way. */
  whenEmpty(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#onEmpty.push(resolve))
  }

  #tellEmpty(): void {
    const told = this.#onEmpty
    this.#onEmpty = []
    for (const tell of told) tell()
  }
}
