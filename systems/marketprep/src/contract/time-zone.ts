/**
 * Whether a name is an IANA time zone that dates can be written in, aliases such as `UTC` included. Offsets such as
 * `+05:00` are none: they know no summer time.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
