import {
  coreError,
  defineOptions,
  duration,
  matching,
  number,
  object,
  optional,
  text,
  type Duration,
} from 'seaworthy/core'
import type { DependencyHandle } from './dependency-handle.ts'
import { serviceError } from './service-errors.ts'
import type { CapabilityDeclaration, Objective, Resource } from './service.ts'

/** The declaration of a service. */
export interface ServiceOptions<Name extends string = string> {
  readonly name: string
  readonly version?: string
  /** Each under its own name. */
  readonly dependencies: Readonly<Record<Name, DependencyHandle>>
  /** What the service can do, and what each of it stands on. */
  readonly capabilities?: Readonly<
    Record<string, { readonly needs?: readonly NoInfer<Name>[]; readonly uses?: readonly NoInfer<Name>[] }>
  >
  /** What callers may count on: `on` is `METHOD /path`. */
  readonly objectives?: readonly {
    readonly on: string
    readonly p95?: Duration
    readonly availability?: number
  }[]
  /** What has to be opened before and closed after, in this order. */
  readonly resources?: readonly Resource[]
  /** How long one resource may take to start or stop. Default 60 s. */
  readonly resourceLimit?: Duration
}

export const serviceDefaults = Object.freeze({
  version: '0.0.0',
  capabilities: {},
  objectives: [],
  resources: [],
  resourceLimit: '60s',
})

const resolveServiceOptions = defineOptions('service', serviceDefaults, {
  name: text(60),
  version: text(60),
  dependencies: object<Readonly<Record<string, DependencyHandle>>>('an object of dependencies by name'),
  capabilities: object<Readonly<Record<string, object>>>('an object of { needs, uses } by name'),
  objectives: matching('a list of { on, p95, availability }', (value): value is readonly object[] =>
    Array.isArray(value),
  ),
  resources: matching('a list of resources', (value): value is readonly Resource[] => Array.isArray(value)),
  resourceLimit: duration('1ms', '1h'),
})

const names = matching(
  'a list of names of dependencies',
  (value): value is readonly string[] =>
    Array.isArray(value) && value.every((name) => typeof name === 'string'),
)

const resolveCapability: (input: object, name: string) => CapabilityDeclaration = defineOptions(
  'capability',
  { needs: [], uses: [] },
  { needs: names, uses: names },
)

const resolveObjectiveOptions = defineOptions(
  'objective',
  {},
  {
    on: matching(
      'a method and a route such as "POST /orders"',
      (value): value is string => typeof value === 'string' && /^[A-Z]+ \/\S*$/.test(value),
    ),
    p95: optional(duration('1ms', '1h')),
    availability: optional(number(0, 1)),
  },
)

/** The times of an objective become milliseconds. */
function resolveObjective(input: object): Objective {
  const { on, p95, availability } = resolveObjectiveOptions(input)
  return Object.freeze({
    on,
    ...(p95 !== undefined && { p95Ms: p95 }),
    ...(availability !== undefined && { availability }),
  })
}

/** Checks and completes the declaration of a service. */
export function resolveService(input: ServiceOptions) {
  const options = resolveServiceOptions(input, input.name)
  const capabilities = Object.entries(options.capabilities).map(
    ([name, given]) => [name, resolveCapability(given, name)] as const,
  )
  checkDependencies(options)
  for (const [name, declaration] of capabilities) checkCapability(options, name, declaration)
  return Object.freeze({
    ...options,
    dependencies: Object.freeze({ ...options.dependencies }),
    capabilities: Object.freeze(Object.fromEntries(capabilities)),
    objectives: Object.freeze(options.objectives.map(resolveObjective)),
  })
}

type Dependencies = Pick<ReturnType<typeof resolveServiceOptions>, 'name' | 'dependencies'>

/** Answers, metrics and logs know a dependency by its name, capabilities by its key: they must be the same. */
function checkDependencies({ name: service, dependencies }: Dependencies): void {
  for (const [key, { name }] of Object.entries(dependencies)) {
    if (key === name) continue
    throw coreError(
      'ERR_INVALID_OPTION',
      `Cannot define ${service}: dependency "${name}" must stand under its own name, stands under "${key}"`,
      { details: { service, dependency: name, key } },
    )
  }
}

function checkCapability(
  { name: service, dependencies }: Dependencies,
  capability: string,
  { needs, uses }: CapabilityDeclaration,
): void {
  const details = { service, capability }
  const unknown = [...needs, ...uses].find((name) => !Object.hasOwn(dependencies, name))
  if (unknown !== undefined) {
    const known = Object.keys(dependencies).join(', ') || 'none'
    throw serviceError(
      'ERR_UNKNOWN_DEPENDENCY',
      `Cannot define capability "${capability}" of ${service}: "${unknown}" must be one of ${known}`,
      { details: { ...details, dependency: unknown } },
    )
  }
  const both = needs.find((name) => uses.includes(name))
  if (both !== undefined) {
    throw coreError(
      'ERR_INVALID_OPTION',
      `Cannot define capability "${capability}" of ${service}: it must either need or use "${both}", does both`,
      { details },
    )
  }
}
