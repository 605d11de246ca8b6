import { resilienceError } from '../resilience-errors.ts'

/** Things found by their name, up to a number. */
export class NamedTable<T extends { readonly name: string }> {
  readonly capacity: number
  readonly #subject: string
  readonly #entries = new Map<string, T>()

  /**
   * @param subject what it holds, for messages
   * @param capacity how many, from 1
   */
  constructor(subject: string, capacity: number) {
    this.#subject = subject
    this.capacity = capacity
  }

  /**
   * @throws SeaworthyError ERR_REGISTRY_NAME_TAKEN
   * @throws SeaworthyError ERR_REGISTRY_FULL
   */
  add(entry: T): void {
    const { name } = entry
    if (this.#entries.has(name)) {
      throw resilienceError(
        'ERR_REGISTRY_NAME_TAKEN',
        `Cannot register "${name}": each name of ${this.#subject} must be unique, this one is taken`,
        { details: { name, subject: this.#subject } },
      )
    }
    if (this.#entries.size >= this.capacity) {
      throw resilienceError(
        'ERR_REGISTRY_FULL',
        `Cannot register "${name}": must hold at most ${this.capacity} ${this.#subject}, holds ${this.#entries.size}`,
        { details: { name, subject: this.#subject, capacity: this.capacity } },
      )
    }
    this.#entries.set(name, entry)
  }

  get(name: string): T | undefined {
    return this.#entries.get(name)
  }

  /** In the order in which they were added. */
  list(): readonly T[] {
    return [...this.#entries.values()]
  }

  /** False when there was none of this name. */
  remove(name: string): boolean {
    return this.#entries.delete(name)
  }
}
