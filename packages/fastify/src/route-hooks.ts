/** The hooks of a route as a list, however they were given. */
export function asList<T>(hooks: T | readonly T[] | undefined): readonly T[] {
  if (hooks === undefined) return []
  return Array.isArray(hooks) ? (hooks as readonly T[]) : [hooks as T]
}
