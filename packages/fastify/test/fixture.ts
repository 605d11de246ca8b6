import { manualClock, type Clock } from 'seaworthy/core'
import { defineService, type Service } from 'seaworthy/service'
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../src/index.ts'

/** A log that keeps its lines for looking at. */
export class LogLines {
  readonly #lines: Record<string, unknown>[] = []

  write(line: string): void {
    this.#lines.push(JSON.parse(line) as Record<string, unknown>)
  }

  all(): readonly Readonly<Record<string, unknown>>[] {
    return this.#lines
  }

  requests(): readonly Readonly<Record<string, unknown>>[] {
    return this.#lines.filter(({ event }) => event === 'request')
  }
}

export interface Fixture {
  readonly server: HttpServer
  readonly log: LogLines
  readonly clock: Clock
}

/** A server whose clock stands still and whose log is kept. */
export async function fixture(options: HttpServerOptions = {}): Promise<Fixture> {
  const log = new LogLines()
  const clock = options.clock ?? manualClock()
  const server = await createHttpServer({ clock, ...options, log: { destination: log, ...options.log } })
  return { server, log, clock }
}

/** A service without dependencies and with one capability. */
export function plainService(name = 'sample'): Service {
  return defineService({ name, version: '1.2.3', dependencies: {}, capabilities: { answer: {} } })
}
