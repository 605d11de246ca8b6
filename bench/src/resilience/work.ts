/** What every contender guards: a function of its own file, so that no contender sees another one than the others do. */

/** What the work answers with. */
export const answer = 42

/** What a fallback answers with instead. */
export const fallbackAnswer = 7

/** What failing work rejects with: made once, so that no row pays for a stack trace. */
export const failure = new Error('The dependency failed')

/** What the work waits for: nothing, so that a call costs what awaiting costs. */
const outside = undefined as Promise<void> | undefined

export type GuardedWork = () => Promise<number>

/** Awaits once, like a call of something outside. */
export async function work(): Promise<number> {
  await outside
  return answer
}

/** Answers without having awaited anything. */
export async function workAtOnce(): Promise<number> {
  return answer
}

/** Awaits once and fails. */
export async function failingWork(): Promise<number> {
  await outside
  throw failure
}
