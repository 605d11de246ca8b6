const kept = new WeakMap<object, readonly unknown[]>()

/**
 * The errors of the fallbacks that could not help: when no fallback has an answer, a call fails with its own error, as if
 * there were none, and this tells what became of them. Of an answer, they are its `causes`.
 *
 * @param error what the call failed with
 */
export function causesOf(error: unknown): readonly unknown[] {
  return (isObject(error) ? kept.get(error) : undefined) ?? []
}

/** Keeps them, as long as the error itself. */
export function keepCauses(error: unknown, causes: readonly unknown[] | undefined): void {
  if (causes !== undefined && isObject(error)) kept.set(error, Object.freeze([...causes]))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
