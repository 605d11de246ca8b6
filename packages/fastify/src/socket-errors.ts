import type { Socket } from 'node:net'
import { errorCode, type SeaworthyError } from 'seaworthy/core'
import { freshContext, type HttpMetrics } from 'seaworthy/telemetry'
import { httpError } from './http-errors.ts'
import { problemContentType, problemOf } from './problem.ts'

/** Answers what the HTTP parser refuses, before there is a request. */
export function socketErrorResponder(
  metrics: HttpMetrics,
  isFree: (socket: Socket) => boolean,
): (error: Error, socket: Socket) => void {
  return (cause, socket) => {
    if (errorCode(cause) === 'ECONNRESET' || !socket.writable || !isFree(socket)) {
      socket.destroy()
      return
    }
    const error = parserError(cause)
    metrics.problems.with({ code: error.code }).add()
    socket.end(rawAnswer(error), () => socket.destroy())
  }
}

function parserError(cause: Error): SeaworthyError {
  switch (errorCode(cause)) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return httpError(
        'ERR_REQUEST_TIMEOUT',
        'Cannot read request: it must arrive whole within the time limit',
        { cause },
      )
    case 'HPE_HEADER_OVERFLOW':
      return httpError(
        'ERR_HEADERS_TOO_LARGE',
        'Cannot read headers: together they are larger than accepted',
        { cause },
      )
    default:
      return httpError('ERR_MALFORMED_REQUEST', 'Cannot read request: it must be valid HTTP/1.1', { cause })
  }
}

function rawAnswer(error: SeaworthyError): string {
  const { correlationId } = freshContext()
  const body = JSON.stringify(problemOf(error, { path: '', correlationId }))
  return [
    `HTTP/1.1 ${error.status} ${error.title}`,
    `content-type: ${problemContentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-correlation-id: ${correlationId}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
    '',
    body,
  ].join('\r\n')
}
