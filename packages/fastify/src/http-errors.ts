import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of `@seaworthy/fastify`: what a caller of the HTTP side can be told. */
export const httpErrors = {
  ERR_VALIDATION: {
    title: 'Invalid request',
    status: 400,
    meaning: 'A part of the request does not match the schema of the route.',
    remedy: 'Correct the fields that `errors` lists.',
  },
  ERR_MALFORMED_REQUEST: {
    title: 'Malformed request',
    status: 400,
    meaning: 'The request is not valid HTTP, or its URL cannot be decoded.',
    remedy: 'Correct the request line, the URL and the headers.',
  },
  ERR_MALFORMED_JSON: {
    title: 'Malformed JSON',
    status: 400,
    meaning: 'The body is not valid JSON in UTF-8, or it holds a key or character that is never accepted.',
    remedy:
      'Send valid JSON in UTF-8 without the keys __proto__ and constructor.prototype, the character U+0000 and halves of surrogate pairs.',
  },
  ERR_EMPTY_BODY: {
    title: 'Empty body',
    status: 400,
    meaning: 'The content type promises JSON and the body is empty.',
    remedy: 'Send a body, or leave out the Content-Type header.',
  },
  ERR_CONTENT_LENGTH: {
    title: 'Wrong content length',
    status: 400,
    meaning: 'The body is not as long as its Content-Length says.',
    remedy: 'Send the length of the body in bytes.',
  },
  ERR_UNAUTHENTICATED: {
    title: 'Authentication required',
    status: 401,
    meaning: 'The route needs a caller, and the request names none.',
    remedy: 'Send an access token: Authorization: Bearer TOKEN.',
  },
  ERR_TOKEN_INVALID: {
    title: 'Invalid access token',
    status: 401,
    meaning: 'The access token is expired, not for this audience, or not signed by this service.',
    remedy: 'Sign in again for a new token.',
  },
  ERR_FORBIDDEN: {
    title: 'Not allowed',
    status: 403,
    meaning: 'The caller is known and has not the role that the route needs.',
    remedy: 'Ask for the role, or use an account that has it.',
  },
  ERR_NOT_FOUND: {
    title: 'Not found',
    status: 404,
    meaning: 'There is nothing at this path.',
    remedy: 'Check the path against /openapi.json.',
  },
  ERR_METHOD_NOT_ALLOWED: {
    title: 'Method not allowed',
    status: 405,
    meaning: 'The path exists, but not with this method.',
    remedy: 'Use a method of the Allow header.',
  },
  ERR_REQUEST_TIMEOUT: {
    title: 'Request too slow',
    status: 408,
    meaning: 'The request did not arrive whole within the time limit.',
    remedy: 'Send it again over a faster connection, or in smaller parts.',
  },
  ERR_BODY_TOO_LARGE: {
    title: 'Body too large',
    status: 413,
    meaning: 'The body is larger than the route accepts.',
    remedy: 'Send less at once.',
  },
  ERR_URI_TOO_LONG: {
    title: 'URL too long',
    status: 414,
    meaning: 'The URL, or one of its parameters, is longer than the server accepts.',
    remedy: 'Send a shorter URL; put data into the body.',
  },
  ERR_UNSUPPORTED_MEDIA_TYPE: {
    title: 'Unsupported media type',
    status: 415,
    meaning: 'The route does not accept the Content-Type, its charset or the Content-Encoding of the body.',
    remedy: 'Send application/json without encoding, or what /openapi.json names.',
  },
  ERR_EXPECTATION_FAILED: {
    title: 'Expectation failed',
    status: 417,
    meaning: 'The Expect header asks for something else than 100-continue.',
    remedy: 'Leave the header out.',
  },
  ERR_RATE_LIMITED: {
    title: 'Too many requests',
    status: 429,
    meaning: 'The caller has used up its quota.',
    remedy: 'Wait as long as Retry-After says; RateLimit-Policy tells the quota.',
  },
  ERR_HEADERS_TOO_LARGE: {
    title: 'Headers too large',
    status: 431,
    meaning: 'The headers together are larger than the server accepts.',
    remedy: 'Send fewer or shorter headers; cookies are the usual cause.',
  },
  ERR_REQUEST_REFUSED: {
    title: 'Request refused',
    status: 400,
    meaning: 'A part of the server refused the request for a reason that has no code of its own.',
    remedy: 'Check the request against /openapi.json.',
  },
  ERR_INTERNAL: {
    title: 'Internal error',
    status: 500,
    meaning: 'The server failed in a way nobody foresaw. The log has the cause under the correlation ID.',
    remedy: 'Report the correlation ID.',
  },
  ERR_DEADLINE_EXCEEDED: {
    title: 'Deadline exceeded',
    status: 503,
    meaning: 'The route did not answer within its deadline.',
    remedy: 'Try again; if it stays, look at the dependencies of the route under /health.',
  },
} as const satisfies ErrorTable

/** A code of `@seaworthy/fastify`. */
export type HttpErrorCode = keyof typeof httpErrors

export const httpError = errorFactory(httpErrors)
