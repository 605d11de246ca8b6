import { httpError } from './http-errors.ts'
import type { HttpServer } from './http-types.ts'

/** An escape in JSON text that may stand for what no text column can hold; which one it is, the parsed value tells. */
const suspicious = /\\u(?:0000|d[89a-f])/i

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses JSON bodies, which are UTF-8 (RFC 8259): another charset is refused, and so are bytes that are not UTF-8,
 * instead of being replaced in silence. Refuses keys that change prototypes, and text that no text column can hold: the
 * character U+0000 and halves of surrogate pairs.
 */
export function useJsonParser(server: HttpServer): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (!isUtf8(request.headers['content-type'])) return done(wrongCharset())
    const body = decode(bytes)
    if (body === undefined) return done(malformed('it must be valid UTF-8'))
    if (!suspicious.test(body)) return parse(request, body, done)
    return parse(request, body, (error, value) => {
      const fault = error === null ? textFault(value) : undefined
      if (fault !== undefined) return done(malformed(fault))
      return done(error, value)
    })
  })
}

/** Whether a content type names no charset or UTF-8. US-ASCII is a part of it. */
function isUtf8(contentType: string | undefined): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(contentType ?? '')?.[1]
  return charset === undefined || /^(?:utf-?8|us-ascii)$/i.test(charset)
}

function decode(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

function textFault(root: unknown): string | undefined {
  const open: unknown[] = [root]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value === 'string') {
      if (value.includes('\0')) return 'text must not hold the character U+0000'
      if (!value.isWellFormed()) return 'text must not hold half of a surrogate pair'
    } else if (typeof value === 'object' && value !== null) {
      open.push(...Object.keys(value), ...Object.values(value))
    }
  }
  return undefined
}

function malformed(fault: string): Error {
  return httpError('ERR_MALFORMED_JSON', `Cannot read body: ${fault}`)
}

function wrongCharset(): Error {
  return httpError('ERR_UNSUPPORTED_MEDIA_TYPE', 'Cannot read body: the charset of its JSON must be utf-8')
}
