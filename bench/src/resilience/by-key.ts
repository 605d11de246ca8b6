/** One of each for every key, made when it is asked for first. */
export function byKey<T>(make: () => T): {
  readonly of: (key: string) => T
  readonly all: () => Iterable<T>
} {
  const made = new Map<string, T>()
  return {
    of(key) {
      const known = made.get(key)
      if (known !== undefined) return known
      const fresh = make()
      made.set(key, fresh)
      return fresh
    },
    all: () => made.values(),
  }
}
