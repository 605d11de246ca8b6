/** Whether a value has all these methods; what they do shows only later. */
export function hasMethods<T>(value: unknown, ...methods: readonly (keyof T & string)[]): value is T {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false
  const parts = value as Readonly<Record<string, unknown>>
  return methods.every((method) => typeof parts[method] === 'function')
}
