/**
 * The declaration: dependencies, what a service can do with them, and how much of it works now.
 *
 * @module
 */

export { defineService } from './define-service.ts'
export {
  dependency,
  type CallableDependency,
  type CallableDependencyOptions,
  type Dependency,
} from './dependency.ts'
export {
  importances,
  type DependencyHandle,
  type DependencyState,
  type DependencyStatus,
  type Importance,
} from './dependency-handle.ts'
export {
  dependencyDefaults,
  probeDefaults,
  type BreakerSettings,
  type DependencyOptions,
  type ProbeOptions,
  type RateSettings,
  type Unnamed,
} from './dependency-options.ts'
export type { DependencySnapshot } from './dependency-snapshot.ts'
export type { ServiceDescription } from './describe.ts'
export { currentFaultRequest, runWithFaultRequest } from './fault-requests.ts'
export { observeDependencies } from './observe-dependencies.ts'
export type { OperationDescription } from './operation-description.ts'
export type { DependencyCall, FallbackSteps, OperationOptions } from './operation-options.ts'
export type { CallOptions, Operation } from './operation.ts'
export { currentScope, type Provenance, type Scope } from './scope.ts'
export { serviceError, serviceErrors, type ServiceErrorCode } from './service-errors.ts'
export { serviceLevels, worstLevel, type ServiceLevel } from './service-level.ts'
export { serviceDefaults, type ServiceOptions } from './service-options.ts'
export type {
  CapabilityDeclaration,
  CapabilityLevel,
  Objective,
  Readiness,
  Resource,
  Service,
  ServicePhase,
} from './service.ts'
