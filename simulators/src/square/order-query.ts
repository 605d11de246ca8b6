import { asObject, parseJson } from '../http/read-body.ts'
import { badField } from './square-error.ts'

/** The three times of an order that can be searched and sorted by. */
export type OrderTimeField = 'CREATED_AT' | 'UPDATED_AT' | 'CLOSED_AT'

/** A checked body of POST /v2/orders/search. */
export interface OrderQuery {
  readonly locationIds: readonly string[]
  readonly states: readonly string[] | undefined
  readonly field: OrderTimeField
  readonly startMs: number
  /** Undefined: up to the moment of the first request. */
  readonly endMs: number | undefined
  readonly descending: boolean
  readonly limit: number
  readonly cursor: string | undefined
  readonly returnEntries: boolean
  /** What must stay the same from page to page. */
  readonly fingerprint: string
}

type Json = Readonly<Record<string, unknown>>

const timeFields: Readonly<Record<string, OrderTimeField>> = {
  created_at: 'CREATED_AT',
  updated_at: 'UPDATED_AT',
  closed_at: 'CLOSED_AT',
}
const states = ['OPEN', 'COMPLETED', 'CANCELED', 'DRAFT']
const limitMax = 1_000
const limitDefault = 500
const locationsMax = 10

/**
 * Reads a search as strictly as Square does.
 *
 * @throws SquareError 400 that names the field
 */
export function readOrderQuery(text: string): OrderQuery {
  const body = asObject(parseJson(text))
  if (body === undefined) throw badField('body', 'EXPECTED_JSON_BODY', 'Expected a JSON object as the body.')
  const query = object(body, 'query', 'query')
  const filter = object(query, 'filter', 'query.filter')
  const range = readRange(object(filter, 'date_time_filter', 'query.filter.date_time_filter'))
  const wanted = readStates(object(filter, 'state_filter', 'query.filter.state_filter'))
  const { field, descending } = readSort(object(query, 'sort', 'query.sort'))
  const cursor = body['cursor']
  if (cursor !== undefined && typeof cursor !== 'string')
    throw badField('cursor', 'EXPECTED_STRING', 'Expected a string value.')
  if (range !== undefined && range.field !== field) {
    throw badField(
      'query.sort.sort_field',
      'BAD_REQUEST',
      `The sort_field must be ${range.field}, the field that date_time_filter filters by.`,
    )
  }
  if (field === 'CLOSED_AT' && wanted?.some((state) => state === 'OPEN' || state === 'DRAFT') === true) {
    throw badField(
      'query.sort.sort_field',
      'BAD_REQUEST',
      'Orders that are open cannot be sorted by CLOSED_AT.',
    )
  }
  const locationIds = readLocationIds(body['location_ids'])
  return {
    locationIds,
    states: wanted,
    field,
    startMs: range?.startMs ?? Number.NEGATIVE_INFINITY,
    endMs: range?.endMs,
    descending,
    limit: readLimit(body['limit']),
    cursor: cursor === '' ? undefined : cursor,
    returnEntries: body['return_entries'] === true,
    fingerprint: JSON.stringify([locationIds, query]),
  }
}

function readLocationIds(value: unknown): readonly string[] {
  if (value === undefined)
    throw badField('location_ids', 'MISSING_REQUIRED_PARAMETER', 'Must specify at least one location ID.')
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw badField('location_ids', 'EXPECTED_ARRAY', 'Expected an array of strings.')
  }
  if (value.length === 0)
    throw badField('location_ids', 'ARRAY_EMPTY', 'Must specify at least one location ID.')
  if (value.length > locationsMax) {
    throw badField(
      'location_ids',
      'ARRAY_LENGTH_TOO_LONG',
      `Must not have more than ${locationsMax} location IDs.`,
    )
  }
  return value
}

function readLimit(value: unknown): number {
  if (value === undefined) return limitDefault
  if (!Number.isInteger(value)) throw badField('limit', 'EXPECTED_INTEGER', 'Expected an integer value.')
  const limit = value as number
  if (limit < 1) throw badField('limit', 'VALUE_TOO_LOW', 'Must be greater than or equal to 1.')
  if (limit > limitMax)
    throw badField('limit', 'VALUE_TOO_HIGH', `Must be less than or equal to ${limitMax}.`)
  return limit
}

function readRange(
  filter: Json,
):
  | { readonly field: OrderTimeField; readonly startMs: number; readonly endMs: number | undefined }
  | undefined {
  const given = Object.keys(filter)
  const path = 'query.filter.date_time_filter'
  if (given.length > 1)
    throw badField(path, 'CONFLICTING_PARAMETERS', 'Only one time range can be filtered for.')
  const [name] = given
  if (name === undefined) return undefined
  const field = Object.hasOwn(timeFields, name) ? timeFields[name] : undefined
  if (field === undefined)
    throw badField(`${path}.${name.slice(0, 50)}`, 'UNKNOWN_BODY_PARAMETER', 'Unknown parameter.')
  const range = object(filter, name, `${path}.${name}`)
  const startMs = readTime(range['start_at'], `${path}.${name}.start_at`)
  const endMs = readTime(range['end_at'], `${path}.${name}.end_at`)
  if (startMs !== undefined && endMs !== undefined && startMs > endMs) {
    throw badField(`${path}.${name}`, 'INVALID_TIME_RANGE', 'start_at must not be after end_at.')
  }
  return { field, startMs: startMs ?? Number.NEGATIVE_INFINITY, endMs }
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

function readTime(value: unknown, path: string): number | undefined {
  if (value === undefined || value === '') return undefined
  const ms = typeof value === 'string' && rfc3339.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms)) throw badField(path, 'INVALID_TIME', 'Expected a time in RFC 3339 format.')
  return ms
}

function readStates(filter: Json): readonly string[] | undefined {
  const value = filter['states']
  if (value === undefined) return undefined
  const path = 'query.filter.state_filter.states'
  if (!Array.isArray(value)) throw badField(path, 'EXPECTED_ARRAY', 'Expected an array value.')
  const unknown = value.find((each) => !states.includes(each as string))
  if (unknown !== undefined) {
    throw badField(
      path,
      'INVALID_ENUM_VALUE',
      `\`${String(unknown).slice(0, 50)}\` is not a valid enum value for \`states\`.`,
    )
  }
  return value as readonly string[]
}

function readSort(sort: Json): { readonly field: OrderTimeField; readonly descending: boolean } {
  const field = sort['sort_field'] ?? 'CREATED_AT'
  const known = Object.values(timeFields).find((each) => each === field)
  if (known === undefined) {
    throw badField(
      'query.sort.sort_field',
      'INVALID_ENUM_VALUE',
      `\`${JSON.stringify(field).slice(0, 50)}\` is not a valid enum value for \`sort_field\`.`,
    )
  }
  const order = sort['sort_order'] ?? 'DESC'
  if (order !== 'ASC' && order !== 'DESC') {
    throw badField(
      'query.sort.sort_order',
      'INVALID_ENUM_VALUE',
      `\`${JSON.stringify(order).slice(0, 50)}\` is not a valid enum value for \`sort_order\`.`,
    )
  }
  return { field: known, descending: order === 'DESC' }
}

function object(parent: Json, name: string, path: string): Json {
  const value = parent[name]
  if (value === undefined || value === null) return {}
  const read = asObject(value)
  if (read === undefined) throw badField(path, 'EXPECTED_OBJECT', 'Expected an object value.')
  return read
}
