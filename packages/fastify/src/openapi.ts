import swagger from '@fastify/swagger'
import type { HttpServer } from './http-types.ts'
import { problemContentType } from './problem.ts'
import type { RouteAuth } from './route-config.ts'

export interface OpenApiOptions {
  readonly title: string
  readonly version: string
  readonly description?: string
  /** Whether the routes take access tokens. */
  readonly hasTokens: boolean
}

const problemSchema = Object.freeze({
  type: 'object',
  description: 'A problem document (RFC 9457)',
  required: ['type', 'title', 'status', 'instance', 'code', 'correlationId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', examples: ['ERR_VALIDATION'] },
    correlationId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string', examples: ['body/email'] }, message: { type: 'string' } },
      },
    },
  },
})

/** Collects the schemas of the routes added after it, and serves them as OpenAPI 3.1 at `openapi.json`. */
export async function useOpenApi(scope: HttpServer, options: OpenApiOptions): Promise<void> {
  const { title, version, description, hasTokens } = options
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version, ...(description !== undefined && { description }) },
      components: hasTokens
        ? { securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } }
        : {},
    },
    transform: ({ schema, url, route }) => {
      const auth: RouteAuth = route.config?.auth ?? 'public'
      const given = schema as { readonly response?: object } | undefined
      return {
        url,
        schema: {
          ...schema,
          ...(auth !== 'public' && { security: [{ accessToken: [] }] }),
          response: {
            ...given?.response,
            default: {
              description: 'A problem',
              content: { [problemContentType]: { schema: problemSchema } },
            },
          },
        },
      }
    },
  })
  scope.get(
    '/openapi.json',
    { schema: { hide: true }, config: { auth: 'public', rateLimit: false } },
    async () => scope.swagger(),
  )
}
