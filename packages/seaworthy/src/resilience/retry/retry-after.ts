import { askForeign } from 'seaworthy/core'

/** The three forms of an HTTP date (RFC 9110, section 5.6.7): IMF-fixdate, RFC 850, asctime. */
const fixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const rfc850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [\d ]\d \d{2}:\d{2}:\d{2} \d{4}$/

/**
 * The wait that an HTTP `Retry-After` field asks for, in milliseconds: whole seconds or a date. A date in the past is
 * 0. Undefined when the field is absent or has neither form.
 *
 * @param value the field's value
 * @param wallTimeMs the present wall time, for dates
 */
export function retryAfterFromHeader(
  value: string | null | undefined,
  wallTimeMs: number,
): number | undefined {
  const field = value?.trim() ?? ''
  if (/^\d+$/.test(field)) return Math.min(Number(field) * 1000, Number.MAX_SAFE_INTEGER)
  const at = parseDate(field)
  return Number.isNaN(at) ? undefined : Math.max(0, at - wallTimeMs)
}

function parseDate(field: string): number {
  if (fixdate.test(field) || rfc850.test(field)) return Date.parse(field)
  return asctime.test(field) ? Date.parse(`${field} GMT`) : Number.NaN
}

/**
 * The wait that a failure asks for, in milliseconds: by its `retryAfterMs`, or by a `Retry-After` field of its
 * `headers` or of those of its `response`. Undefined when it asks for none.
 *
 * @param failure an error, or a result such as a `Response`
 * @param wallTimeMs the present wall time; without it headers are not looked at
 */
export function retryAfterOf(failure: unknown, wallTimeMs?: number): number | undefined {
  return isObject(failure) ? askForeign(() => waitOf(failure, wallTimeMs)) : undefined
}

function waitOf(failure: object, wallTimeMs: number | undefined): number | undefined {
  const ms = 'retryAfterMs' in failure ? failure.retryAfterMs : undefined
  if (typeof ms === 'number' && ms >= 0) return ms
  if (wallTimeMs === undefined) return undefined
  const response = 'response' in failure ? failure.response : undefined
  return retryAfterFromHeader(headerOf(failure) ?? headerOf(response), wallTimeMs)
}

/** The `Retry-After` field of what has headers, as `fetch` or as Node and undici give them. */
function headerOf(value: unknown): string | undefined {
  if (!isObject(value) || !('headers' in value) || !isObject(value.headers)) return undefined
  const { headers } = value
  const field: unknown =
    'get' in headers && typeof headers.get === 'function'
      ? headers.get('retry-after')
      : (headers as Readonly<Record<string, unknown>>)['retry-after']
  return typeof field === 'string' ? field : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
