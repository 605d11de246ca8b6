import fastify, { type FastifyBaseLogger, type FastifyServerOptions } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { httpMetrics, runWithContext } from 'seaworthy/telemetry'
import { trackAllowedMethods } from './allowed-methods.ts'
import { useCompression } from './compression.ts'
import { trackConnections } from './connections.ts'
import { useDeadlines } from './deadline.ts'
import { errorResponder, useNotFound } from './error-handling.ts'
import { withFaultRequests, type Entering } from './fault-requests.ts'
import { resolveHttpLimits, type ResolvedHttpLimits } from './http-limits.ts'
import { createHttpLogger } from './http-logger.ts'
import {
  resolveHttpServerOptions,
  type HttpServerOptions,
  type ResolvedHttpServerOptions,
} from './http-server-options.ts'
import type { HttpServer } from './http-types.ts'
import { useJsonParser } from './json-parser.ts'
import { droppedLines } from './log-destination.ts'
import { createNodeServer } from './node-server.ts'
import { requestObserver } from './request-observer.ts'
import { useRateLimit } from './rate-limit.ts'
import { checkRequest } from './request-checks.ts'
import { beginRequest, requestState } from './request-state.ts'
import { responseHeaders } from './response-headers.ts'
import { setServerState } from './server-state.ts'
import { SilentLogController } from './silent-log-controller.ts'
import { socketErrorResponder } from './socket-errors.ts'
import { validatorCompiler } from './validator.ts'
import './route-config.ts'

/**
 * Makes an HTTP server for services: correlation, problem documents, response headers, compression, limits, rate limits,
 * metrics and one log line per request are on for every route. Services add their routes with {@link addService}.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export async function createHttpServer(options?: HttpServerOptions): Promise<HttpServer> {
  const settings = resolveHttpServerOptions(options)
  const { clock, metrics, log, development, rateLimit } = settings
  const limits = resolveHttpLimits(settings.limits)
  const http = httpMetrics(metrics)
  const setHeaders = responseHeaders(settings.headers)
  const observe = requestObserver({ clock, metrics: http, clientAddress: log.clientAddress })
  const respond = errorResponder({
    metrics: http,
    responseHeaders: setHeaders,
    showContext: development ? log.redactor.redact : undefined,
  })
  const server = fastify({
    ...fastifyOptions(settings, limits),
    frameworkErrors: (error, request, reply) => {
      observe(request, reply)
      respond(error, request, reply)
    },
    clientErrorHandler: socketErrorResponder(http, (socket) => connections.isFree(socket)),
    serverFactory: (handler) => createNodeServer(handler, limits, settings.tls),
  }).withTypeProvider<TypeBoxTypeProvider>()
  const connections = trackConnections(server.server, clock)
  const state = setServerState(server, { metrics, clock, connections })
  let knownDrops = 0
  const stopCollecting = metrics.onCollect(() => {
    http.connections.with({}).set(connections.size)
    http.logLinesDropped.with({}).add(droppedLines() - knownDrops)
    knownDrops = droppedLines()
  })
  server.addHook('onClose', (_, done) => {
    stopCollecting()
    done()
  })
  server.decorateRequest('principal', undefined)
  server.decorateRequest('scope', undefined)
  server.setValidatorCompiler(validatorCompiler)
  server.setErrorHandler((error, request, reply) => respond(error, request, reply))
  useJsonParser(server)
  const allowed = trackAllowedMethods(server)
  useContext(server, development ? withFaultRequests(enterContext) : enterContext)
  server.addHook('onRequest', (request, reply, done) => {
    observe(request, reply)
    setHeaders(request, reply)
    done(checkRequest(request, limits))
  })
  server.addHook('onSend', async (_request, reply) => {
    if (state.draining) reply.header('connection', 'close')
  })
  const limitUnknown =
    rateLimit === false ? undefined : useRateLimit(server, { options: rateLimit, clock, metrics: http })
  useDeadlines(server, limits.deadline, clock)
  await useCompression(server)
  useNotFound(server, allowed, limitUnknown)
  return server
}

function fastifyOptions(settings: ResolvedHttpServerOptions, limits: ResolvedHttpLimits) {
  const { clock, log, name, development, trustedProxies } = settings
  return {
    loggerInstance: createHttpLogger({
      ...log,
      service: name,
      clock,
      readable: development,
    }) as FastifyBaseLogger,
    logController: new SilentLogController(),
    childLoggerFactory: (logger, _bindings, opts) =>
      opts.level === undefined ? logger : logger.child({}, opts),
    genReqId: (raw) => beginRequest(raw, clock).context.correlationId,
    bodyLimit: limits.bodyBytes,
    // A request that still arrives while draining is answered, not refused: its sender could not know.
    return503OnClosing: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    routerOptions: { maxParamLength: limits.pathParameterLength, ignoreTrailingSlash: false },
  } satisfies FastifyServerOptions
}

/**
 * Runs each request inside its context. Twice, since reading a body goes on in the context of the connection: before the
 * first hook, and again after the body.
 */
function useContext(server: HttpServer, enter: Entering): void {
  server.addHook('onRequest', (request, _reply, done) => enter(request, done))
  server.addHook('preValidation', (request, _reply, done) => enter(request, done))
}

function enterContext(...[request, go]: Parameters<Entering>): void {
  runWithContext(requestState(request).context, go)
}
