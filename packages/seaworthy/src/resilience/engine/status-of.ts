import { askForeign } from 'seaworthy/core'

/** The HTTP status that an error tells of, where clients usually put it; undefined when it tells of none. */
export function statusOf(error: unknown): number | undefined {
  return askForeign(() => {
    const { details, response, statusCode, status } = recordOf(error)
    const places = [recordOf(details)['status'], recordOf(response)['status'], statusCode, status]
    return places.find((each) => typeof each === 'number')
  })
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
