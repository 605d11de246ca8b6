import type { FastifyError } from 'fastify'
import type { SeaworthyError } from 'seaworthy/core'
import { httpError } from './http-errors.ts'
import type { FieldError } from './problem.ts'
import { constraintOf, type SchemaError } from './schema-constraint.ts'

/** How many names, and how much of each, an answer repeats. */
const namesMax = 8
const nameLengthMax = 100

/** The problem of a request that does not match the schema of its route: each field once, with what it must be. */
export function validationError(error: FastifyError): SeaworthyError {
  const part = error.validationContext ?? 'request'
  const byField = new Map<string, (SchemaError | string)[]>()
  for (const found of error.validation ?? []) {
    for (const [field, fault] of faultsOf(found)) {
      const at = `${part}${field}`
      byField.set(at, [...(byField.get(at) ?? []), fault])
    }
  }
  const fields = [...byField].map(([field, faults]): FieldError => ({ field, message: messageOf(faults) }))
  return httpError('ERR_VALIDATION', `Cannot accept the request: ${summary(fields)}`, { details: { fields } })
}

/** Where an error is, as a JSON pointer, and what is wrong there: a sentence, or what the constraint asks for. */
function faultsOf(error: SchemaError): readonly (readonly [string, SchemaError | string])[] {
  const at = error.instancePath ?? ''
  const missing = names(error.params, 'requiredProperties')
  if (missing.length > 0) return missing.map((name) => [`${at}/${pointerToken(name)}`, 'is required'])
  const unknown = names(error.params, 'additionalProperties')
  if (unknown.length > 0)
    return unknown.map((name) => [`${at}/${pointerToken(name)}`, 'is not a known field'])
  // The schema `false` of additional fields reports each of them a first time; past 8 errors it is the only one.
  if (error.keyword === 'boolean') return [[shortened(at), 'is not a known field']]
  return [[at, error]]
}

function messageOf(faults: readonly (SchemaError | string)[]): string {
  const sentence = faults.find((fault) => typeof fault === 'string')
  if (sentence !== undefined) return sentence
  return constraintOf(faults.filter((fault) => typeof fault !== 'string'))
}

function names(params: unknown, key: string): string[] {
  if (typeof params !== 'object' || params === null) return []
  const value = (params as Readonly<Record<string, unknown>>)[key]
  return Array.isArray(value) ? value.slice(0, namesMax).map(String) : []
}

function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, nameLengthMax)
}

function shortened(pointer: string): string {
  const end = pointer.lastIndexOf('/') + 1
  return pointer.slice(0, end + nameLengthMax)
}

function summary(fields: readonly FieldError[]): string {
  const [first] = fields
  if (first === undefined) return 'it does not match the schema of the route'
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : ''
  return `${first.field} ${first.message}${more}`
}
