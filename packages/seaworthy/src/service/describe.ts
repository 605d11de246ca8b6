import type { DependencyHandle } from './dependency-handle.ts'
import type { CapabilityDeclaration, Objective } from './service.ts'

/** A service as data: what `seaworthy describe` prints, and what verification and the console read. */
export interface ServiceDescription {
  readonly schema: 'https://seaworthy.dev/schemas/service-description/1'
  readonly name: string
  readonly version: string
  readonly dependencies: readonly ReturnType<DependencyHandle['describe']>[]
  readonly capabilities: Readonly<Record<string, CapabilityDeclaration>>
  readonly objectives: readonly Objective[]
}

/** Everything a description is made from. */
export interface Describable {
  readonly name: string
  readonly version: string
  readonly dependencies: Readonly<Record<string, DependencyHandle>>
  readonly capabilities: Readonly<Record<string, CapabilityDeclaration>>
  readonly objectives: readonly Objective[]
}

/** The declaration as plain JSON data. */
export function describeService(service: Describable): ServiceDescription {
  return {
    schema: 'https://seaworthy.dev/schemas/service-description/1',
    name: service.name,
    version: service.version,
    dependencies: Object.values(service.dependencies).map((dependency) => dependency.describe()),
    capabilities: service.capabilities,
    objectives: service.objectives,
  }
}
