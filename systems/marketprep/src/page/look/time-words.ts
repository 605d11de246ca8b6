const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** "3 min", "2 h", "5 days". A time to come counts as 0 min. */
export function age(at: string, nowMs: number): string {
  const agoMs = Math.max(0, nowMs - Date.parse(at))
  if (agoMs < hourMs) return `${Math.floor(agoMs / minuteMs)} min`
  if (agoMs < 2 * dayMs) return `${Math.floor(agoMs / hourMs)} h`
  return `${Math.floor(agoMs / dayMs)} days`
}

/** "just now", "3 min ago". */
export const relativeTime = (at: string, nowMs: number): string =>
  nowMs - Date.parse(at) < minuteMs ? 'just now' : `${age(at, nowMs)} ago`

const exact = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
})

/** The exact time in the reader's own zone. */
export const exactTime = (at: string): string => exact.format(Date.parse(at))
