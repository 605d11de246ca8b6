import { Readable } from 'node:stream'
import { httpError } from './http-errors.ts'
import type { HttpServer } from './http-types.ts'

/**
 * Lets the routes of a scope read bodies of the given content types as streams: `request.body` is then a `Readable` of
 * bytes. The body limit of the route holds for it, too: reading beyond it throws ERR_BODY_TOO_LARGE.
 */
export function acceptStreams(scope: HttpServer, contentTypes: readonly string[]): void {
  scope.addContentTypeParser([...contentTypes], (request, payload, done) => {
    const { bodyLimit } = request.routeOptions
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit) return done(tooLarge(bodyLimit))
    return done(null, Readable.from(limited(payload, bodyLimit), { objectMode: false }))
  })
}

async function* limited(payload: Readable, limitBytes: number): AsyncGenerator<Buffer> {
  let size = 0
  // Destroying the request would take its connection along, and the answer with it.
  for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer
    size += bytes.byteLength
    if (size > limitBytes) throw tooLarge(limitBytes)
    yield bytes
  }
}

function tooLarge(limitBytes: number): Error {
  return httpError('ERR_BODY_TOO_LARGE', `Cannot read body: it must have at most ${limitBytes} bytes`, {
    details: { limitBytes },
  })
}
