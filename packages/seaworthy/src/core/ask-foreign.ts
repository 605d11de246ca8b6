/**
 * Asks something of a value that is not ours, such as an error that was thrown: undefined when that throws, as a getter or a
 * proxy may. What we only want to know about a value must not decide what becomes of the call that gave it.
 */
export function askForeign<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}
