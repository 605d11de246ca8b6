import { drain, resolveDrainOptions, type Drainable, type DrainOptions } from './drain.ts'
import type { HttpServer } from './http-types.ts'
import { onSignal, type SignalState } from './signal-state.ts'

export interface DrainOnOptions extends DrainOptions {
  /** Default SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[]
  /** Ends the process. Default `process.exit`. */
  readonly exit?: (code: number) => void
}

/**
 * Drains on a signal and ends the process: with 0 when nothing was lost, with 1 when the grace ran out or a later signal
 * asked to end at once. A second signal within a second of the first is the same Ctrl-C and changes nothing.
 *
 * @returns a disposable function that stops listening for signals
 */
export function drainOn(
  server: HttpServer,
  services: readonly Drainable[],
  options: DrainOnOptions = {},
): (() => void) & Disposable {
  const { signals = ['SIGTERM', 'SIGINT'], exit = (code) => process.exit(code), ...rest } = options
  const { clock } = resolveDrainOptions(rest)
  let state: SignalState = { phase: 'running' }
  const listener = (signal: NodeJS.Signals): void => {
    const step = onSignal(state, clock.now())
    state = step.state
    if (step.action === 'force') exit(1)
    if (step.action !== 'drain') return
    server.log.info({ event: 'signal', signal }, `received ${signal}`)
    void drain(server, services, rest).then(
      ({ complete }) => exit(complete ? 0 : 1),
      () => exit(1),
    )
  }
  for (const signal of signals) process.on(signal, listener)
  const stop = (): void => {
    for (const signal of signals) process.off(signal, listener)
  }
  return Object.assign(stop, { [Symbol.dispose]: stop })
}
