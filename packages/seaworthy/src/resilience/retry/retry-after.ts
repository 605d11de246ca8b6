/** The three forms of an HTTP date (RFC 9110, section 5.6.7): IMF-fixdate, RFC 850, asctime. */
const fixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const rfc850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [\d ]\d \d{2}:\d{2}:\d{2} \d{4}$/

/**
 * The wait that an HTTP `Retry-After` field asks for, in milliseconds: whole seconds or a date. A date in the past is 0.
 * Undefined when the field is absent or has neither form.
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

/** The wait that an error asks for by its `retryAfterMs`; undefined when it does not. */
export function retryAfterOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('retryAfterMs' in error)) return undefined
  const ms = error.retryAfterMs
  return typeof ms === 'number' && ms >= 0 ? ms : undefined
}
