/** One call of a subject; `index` counts the calls of the batch. */
export type Call = (index: number) => unknown

/** Makes calls as a caller would. All subjects of a row go through the same loop. */
export type CallLoop = (call: Call, calls: number) => Promise<void>

/** One after the other, each awaited. */
export async function callInTurn(call: Call, calls: number): Promise<void> {
  for (let index = 0; index < calls; index++) await call(index)
}

/** The same for calls that reject. */
export async function callAndCatch(call: Call, calls: number): Promise<void> {
  for (let index = 0; index < calls; index++) {
    try {
      await call(index)
    } catch {
      // The row is about what this costs.
    }
  }
}

/** Calls that {@link callAtOnce} has under way together. */
export const concurrentCalls = 1_000

/** A thousand at once, then all of them awaited, until there were `calls` in all. */
export async function callAtOnce(call: Call, calls: number): Promise<void> {
  const underWay: unknown[] = Array.from({ length: concurrentCalls })
  for (let done = 0; done < calls; done += concurrentCalls) {
    for (let index = 0; index < concurrentCalls; index++) underWay[index] = call(index)
    for (const one of underWay) await one
  }
}
