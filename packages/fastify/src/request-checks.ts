import type { FastifyRequest } from 'fastify'
import type { SeaworthyError } from 'seaworthy/core'
import type { ResolvedHttpLimits } from './http-limits.ts'
import { httpError } from './http-errors.ts'

/** What is wrong with a request before anything of it is used; undefined when nothing is. */
export function checkRequest(
  request: FastifyRequest,
  limits: ResolvedHttpLimits,
): SeaworthyError | undefined {
  const { headers, url, raw } = request
  if (url.length > limits.urlLength) {
    return httpError(
      'ERR_URI_TOO_LONG',
      `Cannot read URL: it must have at most ${limits.urlLength} characters`,
    )
  }
  if (raw.httpVersion === '1.1' && headers.host === undefined) {
    return httpError('ERR_MALFORMED_REQUEST', 'Cannot read request: it must have a Host header')
  }
  if (url.includes('%00')) {
    return httpError('ERR_MALFORMED_REQUEST', 'Cannot read URL: it must not hold the character U+0000')
  }
  if (parameterCount(url) > limits.queryParameters) {
    return httpError(
      'ERR_MALFORMED_REQUEST',
      `Cannot read URL: its query must have at most ${limits.queryParameters} parameters`,
    )
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    return httpError('ERR_EXPECTATION_FAILED', 'Cannot meet expectation: it must be 100-continue')
  }
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return httpError('ERR_UNSUPPORTED_MEDIA_TYPE', 'Cannot read body: it must have no Content-Encoding')
  }
  return undefined
}

function parameterCount(url: string): number {
  let count = 0
  for (let at = url.indexOf('?'); at !== -1; at = url.indexOf('&', at + 1)) count++
  return count
}
