import type { HttpServer } from '@seaworthy/fastify'
import type { Fault } from 'seaworthy/resilience'
import { serviceError, type DependencyHandle, type Service } from 'seaworthy/service'
import { Type, type Static } from 'typebox'

/** How long a fault set by hand lasts unless the request says otherwise: it ends even when it is forgotten. */
const faultDefaultMs = 10 * 60 * 1_000
const faultMaxMs = 24 * 60 * 60 * 1_000

const Name = Type.Object({ name: Type.String({ maxLength: 60, examples: ['weather'] }) })

const FaultBody = Type.Object(
  {
    kind: Type.Union([Type.Literal('latency'), Type.Literal('error'), Type.Literal('hang')]),
    /** Only for latency. */
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000 })),
    share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    forMs: Type.Optional(Type.Integer({ minimum: 1, maximum: faultMaxMs })),
  },
  { additionalProperties: false },
)

const BreakerBody = Type.Object(
  {
    action: Type.Union([Type.Literal('force-open'), Type.Literal('force-closed'), Type.Literal('reset')]),
    reason: Type.String({ minLength: 3, maxLength: 200, examples: ['Square maintenance window'] }),
  },
  { additionalProperties: false },
)

/** What an operator can see and do: the state of every dependency, its breaker, and faults on purpose. */
export function adminRoutes(scope: HttpServer, service: Service): void {
  const config = { auth: { role: 'admin' }, rateLimit: 'default' } as const
  const tags = ['administration']
  const Anything = Type.Unsafe<unknown>({})

  scope.get(
    '/admin/dependencies',
    { config, schema: { tags, summary: 'The state of every dependency', response: { 200: Anything } } },
    () => ({ dependencies: service.status(), capabilities: service.levels() }),
  )

  scope.get(
    '/admin/describe',
    { config, schema: { tags, summary: 'The declaration as data', response: { 200: Anything } } },
    () => service.describe(),
  )

  scope.put(
    '/admin/dependencies/:name/fault',
    {
      config,
      schema: {
        tags,
        summary: 'Break a dependency on purpose',
        params: Name,
        body: FaultBody,
        response: { 200: Anything },
      },
    },
    (request) => {
      const dependency = named(service, request.params.name)
      dependency.setFault(faultOf(request.body), request.body.forMs ?? faultDefaultMs)
      return dependency.status()
    },
  )

  scope.delete(
    '/admin/dependencies/:name/fault',
    { config, schema: { tags, summary: 'Mend it again', params: Name, response: { 200: Anything } } },
    (request) => {
      const dependency = named(service, request.params.name)
      dependency.clearFault()
      return dependency.status()
    },
  )

  scope.post(
    '/admin/dependencies/:name/breaker',
    {
      config,
      schema: {
        tags,
        summary: 'Hold a breaker open or closed, or reset it',
        params: Name,
        body: BreakerBody,
        response: { 200: Anything },
      },
    },
    (request) => {
      const dependency = named(service, request.params.name)
      const { action, reason } = request.body
      if (action === 'force-open') dependency.forceOpen(reason)
      else if (action === 'force-closed') dependency.forceClosed()
      else dependency.reset()
      return dependency.status()
    },
  )
}

function faultOf({ kind, delayMs, share }: Static<typeof FaultBody>): Fault {
  const part = share === undefined ? {} : { share }
  return kind === 'latency' ? { kind, delay: delayMs ?? 1_000, ...part } : { kind, ...part }
}

function named(service: Service, name: string): DependencyHandle {
  const dependency = Object.hasOwn(service.dependencies, name) ? service.dependencies[name] : undefined
  if (dependency !== undefined) return dependency
  const known = Object.keys(service.dependencies).join(', ')
  throw serviceError('ERR_UNKNOWN_DEPENDENCY', `Cannot find dependency "${name}": must be one of ${known}`)
}
