/** How much a call matters, from 0 to {@link priorityMax}: who waits is served highest first, who is shed lowest first. */
export const priorityMax = 9

/** The classes that have a name; a call without a priority is `important`. */
export const priorities = Object.freeze({ optional: 1, important: 5, critical: 9 })

/** A class by its name, or a whole number from 0 to 9. */
export type Priority = keyof typeof priorities | number

/**
 * A priority as a number. What comes with a call is not worth an error that would only be seen under load: a number
 * outside the range counts as its nearest end, a fraction as the number below, anything else as `important`.
 */
export function priorityOf(priority: Priority | undefined): number {
  if (priority === undefined) return priorities.important
  const value = typeof priority === 'number' ? Math.floor(priority) : priorities[priority]
  if (value >= 0 && value <= priorityMax) return value
  if (value > priorityMax) return priorityMax
  return value < 0 ? 0 : priorities.important
}
