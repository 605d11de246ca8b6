import type { Service } from 'seaworthy/service'

/** Why a service is not at its full level: "weather and events do not answer since 10:42 UTC"; empty when it is. */
export function levelReason(service: Pick<Service, 'levels' | 'status'>): string {
  const names = [...new Set(service.levels().flatMap(({ because }) => because))]
  if (names.length === 0) return ''
  const sinces = service
    .status()
    .flatMap(({ name, since }) => (names.includes(name) ? [since.getTime()] : []))
  const since = sinces.length === 0 ? '' : ` since ${timeOfDay(new Date(Math.min(...sinces)))}`
  return `${inWords(names)} ${names.length === 1 ? 'does' : 'do'} not answer${since}`
}

function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

function timeOfDay(time: Date): string {
  return `${time.toISOString().slice(11, 16)} UTC`
}
