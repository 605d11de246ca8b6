import type { AddServiceOptions } from '@seaworthy/fastify'
import type { Runtime } from 'seaworthy/core'
import type { Service } from 'seaworthy/service'
import type { Logger, Metrics } from 'seaworthy/telemetry'
import type { Environment } from './environment.ts'

/** What the host gives to each system. A system takes what it needs and nothing else. */
export interface SystemSurroundings {
  readonly mode: 'development' | 'production'
  /** The owner of the database, who may create schemas and roles. */
  readonly databaseUrl: string
  readonly secret: Uint8Array
  readonly env: Environment
  /** Base addresses of simulated services, by name; undefined where real ones are to be used. */
  readonly simulated: (name: string) => string | undefined
  /** Where browsers reach the host, without a slash at the end. */
  readonly publicUrl: string
  readonly logger: Logger
  readonly metrics: Metrics
  readonly runtime: Runtime
}

/** A system as the host runs it. */
export interface System {
  readonly title: string
  /** What its users ask it. */
  readonly question: string
  readonly service: Service
  readonly http: Omit<AddServiceOptions, 'service' | 'prefix'>
}

type CreateSystem = (surroundings: SystemSurroundings) => Promise<System>

/** The systems by name, each loaded only when it runs. */
const creators = {
  marketprep: async (surroundings) => {
    const { createMarketprep } = await import('@seaworthy/system-marketprep')
    return createMarketprep(surroundings)
  },
} as const satisfies Readonly<Record<string, CreateSystem>>

export type SystemName = keyof typeof creators

export const systemNames: readonly SystemName[] = Object.freeze(['marketprep'])

/** Makes a system; nothing of it runs before its service is started. */
export function createSystem(name: SystemName, surroundings: SystemSurroundings): Promise<System> {
  return creators[name](surroundings)
}
