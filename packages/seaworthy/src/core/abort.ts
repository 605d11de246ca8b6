import type { Clock } from './clock.ts'

/** The reason of an aborted signal; an abort without one gets an `AbortError`. */
export function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('This operation was aborted', 'AbortError')
}

/**
 * Runs a callback once when the signal aborts, at once if it already has. The returned function stops listening.
 * Prefer it to `AbortSignal.any` on long-lived signals, which keeps every derived signal alive (nodejs/node#54614).
 */
export function onAbort(signal: AbortSignal | undefined, callback: (reason: unknown) => void): () => void {
  if (signal === undefined) return noop
  if (signal.aborted) {
    callback(abortReason(signal))
    return noop
  }
  const listener = (): void => callback(abortReason(signal))
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

/**
 * Waits `ms` on the clock, for which the process is kept alive. Rejects at once with the abort's own reason when the signal
 * aborts.
 */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(abortReason(signal))
    const over = (): void => {
      stopListening()
      resolve()
    }
    const timer = clock.schedule(ms, over, { keepsAlive: true })
    const stopListening = onAbort(signal, (reason) => {
      timer.cancel()
      reject(reason)
    })
  })
}

/**
 * Settles as the promise does, or rejects with the abort's own reason, whichever is first. The work behind the promise
 * goes on: cancel it by handing it the same signal.
 */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const stopListening = onAbort(signal, reject)
    promise.then(resolve, reject).finally(stopListening)
  })
}

function noop(): void {}
