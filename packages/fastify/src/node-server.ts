import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { ResolvedHttpLimits } from './http-limits.ts'

/** Makes the HTTP server under Fastify, with every limit on connections set. */
export function createNodeServer(
  listener: RequestListener,
  limits: ResolvedHttpLimits,
  tls: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined,
): Server {
  const options = {
    maxHeaderSize: limits.headerBytes,
    // Of two limits Node takes the larger for headers unless the one for the request is at least as long.
    headersTimeout: Math.min(limits.headersTimeout, limits.requestTimeout),
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: limits.checkInterval,
    // Answered with a problem document instead.
    requireHostHeader: false,
    noDelay: true,
  }
  const server =
    tls === undefined ? createServer(options, listener) : createSecureServer({ ...options, ...tls }, listener)
  server.maxConnections = limits.connections
  // Answered by the request's own path, where the problem document is made.
  server.on('checkExpectation', listener)
  return server as Server
}
