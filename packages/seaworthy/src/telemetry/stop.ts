import { isolate } from 'seaworthy/core'

/** Stops what was started; a second time does nothing. Also for `using`. */
export type Stop = (() => void) & Disposable

/** One stop for several: each runs, also when another throws. */
export function stopAll(stops: readonly Stop[]): Stop {
  const stop = (): void => {
    for (const each of stops) isolate(each)
  }
  return Object.assign(stop, { [Symbol.dispose]: stop })
}
