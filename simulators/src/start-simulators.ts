import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Runtime } from 'seaworthy/core'
import { eventsSimulator } from './events/events-simulator.ts'
import { answer, send } from './faults/answer.ts'
import { type Fault, readFault } from './faults/fault.ts'
import { handleFaults } from './faults/fault-routes.ts'
import { FaultSwitch } from './faults/fault-switch.ts'
import { htmlResponse, jsonResponse, type SimulatedRequest, type Simulator } from './http/exchange.ts'
import { bodyBytesMax, readBody } from './http/read-body.ts'
import { indexPage } from './index-page.ts'
import { openMeteoSimulator } from './open-meteo/open-meteo-simulator.ts'
import { resolveSimulatorsOptions, type SimulatorsOptions } from './simulators-options.ts'
import { type SquareSimulator, squareSimulator } from './square/square-simulator.ts'
import { createWorld, type World } from './world/create-world.ts'

/** The name of a simulator, which is also the first segment of its paths. */
export type SimulatorName = 'square' | 'open-meteo' | 'events'

/** Running simulators. */
export interface Simulators extends AsyncDisposable {
  /** Such as `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly world: World
  /** The base URL for a client of the service. */
  baseUrl(name: SimulatorName): string
  /** The same as PUT, or with undefined DELETE, of `/faults/{name}`. */
  setFault(name: SimulatorName, fault: Fault | undefined): void
  /** Ends every connection, also hung ones, and frees the port. Twice does nothing. */
  stop(): Promise<void>
}

/**
 * Starts the simulators of Square, Open-Meteo and an events calendar on one port.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION; the error of Node when the port cannot be taken
 */
export async function startSimulators(input: SimulatorsOptions = {}): Promise<Simulators> {
  const options = resolveSimulatorsOptions(input)
  const runtime: Runtime = { clock: options.clock, random: options.random }
  const startMs = options.clock.wallTime()
  const shiftMs = options.today === undefined ? 0 : Date.parse(`${options.today}T12:00:00Z`) - startMs
  const nowMs = (): number => options.clock.wallTime() + shiftMs
  const world = createWorld({ seed: options.seed })
  const square = squareSimulator({ world, nowMs, runtime, options: options.square })
  const simulators = [square, openMeteoSimulator({ world, nowMs }), eventsSimulator({ world, nowMs })]
  const running = new RunningSimulators({ world, square, simulators, runtime, onError: options.onError })
  await running.listen(options.host, options.port)
  return running
}

interface Parts {
  readonly world: World
  readonly square: SquareSimulator
  readonly simulators: readonly Simulator[]
  readonly runtime: Runtime
  readonly onError: (error: unknown) => void
}

class RunningSimulators implements Simulators {
  readonly world: World
  readonly #parts: Parts
  readonly #switches: ReadonlyMap<string, FaultSwitch>
  readonly #stopping = new AbortController()
  readonly #server: Server
  #host = ''
  port = 0

  constructor(parts: Parts) {
    this.#parts = parts
    this.world = parts.world
    this.#switches = new Map(parts.simulators.map(({ name }) => [name, new FaultSwitch()]))
    this.#server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => this.#fail(response, error))
    })
    this.#server.maxConnections = 2_000
  }

  get url(): string {
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${this.port}`
  }

  async listen(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => resolve())
    })
    this.#host = host
    this.port = (this.#server.address() as AddressInfo).port
    this.#parts.square.start()
  }

  baseUrl(name: SimulatorName): string {
    return `${this.url}/${name}`
  }

  setFault(name: SimulatorName, fault: Fault | undefined): void {
    this.#switches.get(name)?.set(fault === undefined ? undefined : readFault(fault))
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#stopping.abort()
    await this.#parts.square.stop()
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(incoming)
    if (body === undefined) {
      return send(response, jsonResponse(413, { error: `The body is larger than ${bodyBytesMax} bytes` }))
    }
    // Only the origin form of RFC 9112 is served: a path and a query.
    if (incoming.url?.startsWith('/') !== true || !URL.canParse(`${this.url}${incoming.url}`)) {
      return send(response, jsonResponse(400, { error: 'The request target must be a path' }))
    }
    const url = new URL(`${this.url}${incoming.url}`)
    const [, prefix = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(url.pathname) ?? []
    const request: SimulatedRequest = {
      method: incoming.method ?? 'GET',
      path: rest,
      query: url.searchParams,
      headers: incoming.headers,
      body,
    }
    const simulator = this.#parts.simulators.find(({ name }) => name === prefix)
    const faults = this.#switches.get(prefix)
    if (simulator !== undefined && faults !== undefined)
      return this.#simulate(request, response, { simulator, faults })
    if (prefix === 'faults') return send(response, handleFaults(request, this.#switches))
    if (prefix === '') {
      return send(response, htmlResponse(200, indexPage(this.#parts.simulators, this.#switches, this.url)))
    }
    send(response, jsonResponse(404, { error: `Nothing at ${url.pathname.slice(0, 200)}: see /` }))
  }

  /** A request that stop() or its own caller ended is no failure. */
  #fail(response: ServerResponse, error: unknown): void {
    const ended = this.#stopping.signal.aborted || response.destroyed
    if (!ended) this.#parts.onError(error)
    if (ended || response.headersSent) response.destroy()
    else send(response, jsonResponse(500, { error: 'The simulator failed' }))
  }

  async #simulate(
    request: SimulatedRequest,
    response: ServerResponse,
    target: { readonly simulator: Simulator; readonly faults: FaultSwitch },
  ): Promise<void> {
    const left = new AbortController()
    const leave = (): void => left.abort()
    this.#stopping.signal.addEventListener('abort', leave, { once: true })
    response.once('close', leave)
    try {
      await answer(request, response, { ...target, runtime: this.#parts.runtime, signal: left.signal })
    } finally {
      this.#stopping.signal.removeEventListener('abort', leave)
    }
  }
}
