import { httpError } from './http-errors.ts'
import type { HttpServer } from './http-types.ts'

/** An escaped U+0000 in JSON text; whether it really is one depends on the backslashes before it. */
const escapedNul = '\\u0000'

/**
 * Parses JSON bodies. Refuses keys that change prototypes, and the character U+0000, which no text column can hold and
 * which would otherwise surface as an error of the database.
 */
export function useJsonParser(server: HttpServer): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (!body.includes(escapedNul)) return parse(request, body, done)
    return parse(request, body, (error, value) => {
      if (error === null && holdsNul(value)) {
        return done(
          httpError('ERR_MALFORMED_JSON', 'Cannot read body: text must not hold the character U+0000'),
        )
      }
      return done(error, value)
    })
  })
}

function holdsNul(root: unknown): boolean {
  const open: unknown[] = [root]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value === 'string' && value.includes('\0')) return true
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (key.includes('\0')) return true
        open.push(inner)
      }
    }
  }
  return false
}
