/** Remembers results of a pure function by key. When full it forgets all and starts again. */
export class BoundedMemo<Value> {
  readonly #capacity: number
  readonly #values = new Map<string, Value>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get(key: string, compute: () => Value): Value {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const value = compute()
    if (this.#values.size >= this.#capacity) this.#values.clear()
    this.#values.set(key, value)
    return value
  }
}
