import { worstLevel, type DependencyStatus, type Service, type ServiceLevel } from 'seaworthy/service'

/** What `/health` tells. It names no address and no reason: those are in the log and the console. */
export interface HealthDocument {
  readonly ready: boolean
  readonly level: ServiceLevel
  readonly services: readonly ServiceHealth[]
}

/** The health of one service. Times are ISO 8601. */
export interface ServiceHealth {
  readonly service: string
  readonly version: string
  readonly phase: string
  readonly ready: boolean
  /** Why it is not ready. */
  readonly because: readonly string[]
  readonly level: ServiceLevel
  readonly capabilities: readonly {
    readonly capability: string
    readonly level: ServiceLevel
    /** The dependencies that pull the level down. */
    readonly because: readonly string[]
  }[]
  readonly dependencies: readonly DependencyHealth[]
}

/** The health of one dependency. */
export interface DependencyHealth {
  readonly name: string
  readonly importance: string
  readonly state: string
  readonly since: string
  readonly breaker?: string
  readonly lastProbe?: { readonly ok: boolean; readonly at: string; readonly durationMs: number }
}

/** The health of all services of a server. It is ready when each of them is. */
export function healthDocument(services: readonly Service[]): HealthDocument {
  const parts = services.map(serviceHealth)
  return {
    ready: parts.every(({ ready }) => ready),
    level: worstLevel(parts.map(({ level }) => level)),
    services: parts,
  }
}

function serviceHealth(service: Service): ServiceHealth {
  const { ready, because } = service.readiness()
  return {
    service: service.name,
    version: service.version,
    phase: service.phase,
    ready,
    because,
    level: service.level(),
    capabilities: service.levels(),
    dependencies: service.status().map(dependencyHealth),
  }
}

function dependencyHealth({
  name,
  importance,
  state,
  since,
  breaker,
  lastProbe,
}: DependencyStatus): DependencyHealth {
  return {
    name,
    importance,
    state,
    since: since.toISOString(),
    ...(breaker !== undefined && { breaker }),
    ...(lastProbe !== undefined && {
      lastProbe: { ok: lastProbe.ok, at: lastProbe.at.toISOString(), durationMs: lastProbe.durationMs },
    }),
  }
}
