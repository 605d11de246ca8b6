import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { UpstreamProblem } from './http-json.ts'

const ApiErrors = Compile(
  Type.Object({
    errors: Type.Array(
      Type.Object({
        category: Type.String(),
        code: Type.String(),
        detail: Type.Optional(Type.String()),
        field: Type.Optional(Type.String()),
      }),
    ),
  }),
)
const OauthError = Compile(Type.Object({ message: Type.String(), type: Type.String() }))
const errorsMax = 5

/** What an error of Square says: the API and the OAuth endpoints have different forms. */
export function squareProblem(body: unknown): UpstreamProblem {
  if (ApiErrors.Check(body)) {
    const errors = body.errors
      .slice(0, errorsMax)
      .map(({ category, code, field }) => ({ category, code, field }))
    return {
      text: errors
        .map(({ code, field }) => (field === undefined ? code : `${code} in ${field}`))
        .join(', ')
        .slice(0, 500),
      details: { errors },
    }
  }
  if (OauthError.Check(body))
    return { text: body.type.slice(0, 200), details: { type: body.type.slice(0, 200) } }
  return { text: '' }
}
