/** One error of the schema's validator. */
export interface SchemaError {
  readonly keyword?: string
  readonly instancePath?: string
  readonly message?: string
  readonly params?: unknown
}

const types: Readonly<Record<string, string>> = {
  null: 'null',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

const formats: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  date: 'a date such as 2026-05-30',
  'date-time': 'a time with its offset such as 2026-05-30T09:00:00Z',
  time: 'a time of day such as 09:00:00Z',
  email: 'an email address',
  uri: 'an address such as https://example.com/',
}

const valuesMax = 20

/** What one field must be, in words: `must be one of "low", "high"`, `must be a UUID or null`, `must be at most 100`. */
export function constraintOf(errors: readonly SchemaError[]): string {
  const isUnion = errors.some(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  const parts = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf')
  const values = [...new Set(parts.flatMap(allowedValues))]
  const kinds = [...new Set(parts.flatMap((error) => kindOf(error) ?? []))]
  if (values.length > 0) return `must be ${listOf([...values, ...kinds])}`
  // Of a value that the other branch takes but for a limit, that it is not null says nothing.
  const limit = parts.find((error) => kindOf(error) === undefined)
  const told = isUnion && kinds.every((kind) => kind === 'null') ? (limit ?? parts[0]) : parts[0]
  if (told === undefined) return 'must be one of the forms that the route accepts'
  return isUnion && told !== limit ? `must be ${kinds.join(' or ')}` : single(told)
}

function allowedValues(error: SchemaError): readonly string[] {
  if (error.keyword === 'const') return [JSON.stringify(param(error, 'allowedValue'))]
  if (error.keyword === 'enum') {
    const values = param(error, 'allowedValues')
    return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : []
  }
  return []
}

function listOf(values: readonly string[]): string {
  const [first] = values
  if (values.length === 1 && first !== undefined) return first
  const rest = values.length > valuesMax ? `, and ${values.length - valuesMax} more` : ''
  return `one of ${values.slice(0, valuesMax).join(', ')}${rest}`
}

/** What the value must be of, as a noun; undefined for limits of such a thing. */
function kindOf(error: SchemaError): string | undefined {
  if (error.keyword === 'type') {
    const wanted = [param(error, 'type')].flat().map(String)
    return wanted.map((type) => types[type] ?? type).join(' or ')
  }
  if (error.keyword !== 'format') return undefined
  const format = String(param(error, 'format'))
  return formats[format] ?? `of the format ${format}`
}

const limits: Readonly<Record<string, (limit: string) => string>> = {
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  exclusiveMaximum: (limit) => `must be less than ${limit}`,
  minLength: (limit) => (limit === '1' ? 'must not be empty' : `must have at least ${limit} characters`),
  maxLength: (limit) => `must have at most ${limit} characters`,
  minItems: (limit) => (limit === '1' ? 'must not be empty' : `must have at least ${limit} items`),
  maxItems: (limit) => `must have at most ${limit} items`,
  minProperties: (limit) => `must have at least ${limit} fields`,
  maxProperties: (limit) => `must have at most ${limit} fields`,
}

function single(error: SchemaError): string {
  const kind = kindOf(error)
  if (kind !== undefined) return `must be ${kind}`
  const limit = limits[error.keyword ?? '']
  if (limit !== undefined) return limit(String(param(error, 'limit')))
  if (error.keyword === 'multipleOf') return `must be a multiple of ${String(param(error, 'multipleOf'))}`
  if (error.keyword === 'uniqueItems') return 'must not hold an item twice'
  if (error.keyword === 'pattern') return `must match the pattern ${String(param(error, 'pattern'))}`
  return error.message ?? 'is not valid'
}

function param({ params }: SchemaError, key: string): unknown {
  return typeof params === 'object' && params !== null ? Reflect.get(params, key) : undefined
}
