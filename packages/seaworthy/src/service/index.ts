/**
 * The declaration: dependencies, what a service can do with them, and how much of it works now.
 *
 * @module
 */

export { answerLevel, capabilityLevel, type IngredientState } from './capability.ts'
export { defineService, type ServiceOptions } from './define-service.ts'
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
  type DependencyOptions,
  type ProbeOptions,
} from './dependency-options.ts'
export { dependencyState, probeFailuresForDown, type Evidence } from './dependency-state.ts'
export { describeService, type Describable, type ServiceDescription } from './describe.ts'
export type { OperationDescription } from './operation-description.ts'
export type { DependencyCall, FallbackSteps, OperationOptions } from './operation-options.ts'
export type { CallOptions, Operation } from './operation.ts'
export { currentScope, runInScope, ScopeRecorder, type Provenance, type Scope } from './scope.ts'
export { serviceError, serviceErrors, type ServiceErrorCode } from './service-errors.ts'
export { serviceLevels, worstLevel, type ServiceLevel } from './service-level.ts'
export { serviceDefaults } from './service-options.ts'
export type {
  CapabilityDeclaration,
  CapabilityLevel,
  Objective,
  Readiness,
  Resource,
  Service,
  ServicePhase,
} from './service.ts'
