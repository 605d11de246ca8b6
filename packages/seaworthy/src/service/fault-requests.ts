import { AsyncLocalStorage } from 'node:async_hooks'
import { checkFaultRequest } from 'seaworthy/resilience'

const storage = new AsyncLocalStorage<string>()

/**
 * Runs work that asks for faults: each dependency it calls that was declared with `faultRequests` meets them. **Only for
 * development**: the text comes from whoever sends a request.
 *
 * @param text a list such as `latency=200ms`, `error`, `weather:error=ECONNRESET` or `hang`, with commas between; with the
 * name of a dependency before it, a fault is for that alone
 * @throws SeaworthyError ERR_FAULT_REQUEST_INVALID when it cannot be understood
 */
export function runWithFaultRequest<T>(text: string, work: () => T): T {
  checkFaultRequest(text)
  return storage.run(text, work)
}

/** What the running work asks for; undefined when it asks for none. */
export function currentFaultRequest(): string | undefined {
  return storage.getStore()
}
