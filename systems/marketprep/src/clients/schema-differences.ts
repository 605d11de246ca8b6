import type { Validator } from 'typebox/compile'

/** One place where a value is not what its schema says. It never holds the value itself, which may be a secret. */
export interface SchemaDifference {
  /** A JSON pointer, `/` for the whole. */
  readonly path: string
  readonly expected: string
  /** The type found: `string`, `number`, `object`, `array`, `null`, `boolean`, or `nothing`. */
  readonly received: string
}

const differencesMax = 5
const pathLengthMax = 200

/** The first differences between a value and a schema, one for each place. */
export function schemaDifferences(validator: Validator, value: unknown): readonly SchemaDifference[] {
  const byPath = new Map<string, { received: string; expected: Set<string> }>()
  for (const error of validator.Errors(value)) {
    for (const { path, expected } of placesOf(error)) {
      const place = byPath.get(path) ?? { received: typeAt(value, path), expected: new Set() }
      place.expected.add(expected)
      byPath.set(path, place)
    }
  }
  return [...byPath].slice(0, differencesMax).map(([path, { received, expected }]) => ({
    path: (path === '' ? '/' : path).slice(0, pathLengthMax),
    expected: [...expected].join(' or '),
    received,
  }))
}

type SchemaError = ReturnType<Validator['Errors']>[number]

function placesOf(error: SchemaError): readonly { readonly path: string; readonly expected: string }[] {
  const path = error.instancePath
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({ path: `${path}/${name}`, expected: 'a value' }))
    case 'type':
      return [{ path, expected: String(error.params.type) }]
    case 'anyOf':
      // The errors of the branches say more.
      return []
    default:
      return [{ path, expected: error.message.replace(/^must (be )?/, '') }]
  }
}

function typeAt(value: unknown, pointer: string): string {
  let at: unknown = value
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return 'nothing'
    at = (at as Readonly<Record<string, unknown>>)[name]
  }
  if (at === null) return 'null'
  return Array.isArray(at) ? 'array' : typeof at
}
