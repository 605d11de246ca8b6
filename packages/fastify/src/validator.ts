import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

/**
 * Compiles the schemas of routes. Text of the URL and of headers is converted to the type that the schema asks for; a body
 * is taken as it is, so "5" is never a number there. Defaults are filled in. Unknown fields are an error where the schema
 * says so and never dropped in silence. At most 8 errors are reported.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema)
  return (input: unknown) => {
    const complete = Value.Default(schema, input)
    const value = httpPart === 'body' ? complete : Value.Convert(schema, complete)
    return validator.Check(value) ? { value } : { error: validator.Errors(value) }
  }
}
