import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import type { Problem } from './problem.ts'

const body = Type.Object(
  {
    size: Type.Optional(Type.Union([Type.Literal('small'), Type.Literal('large'), Type.Null()])),
    id: Type.Optional(Type.String({ format: 'uuid' })),
    parent: Type.Optional(Type.Union([Type.String({ format: 'uuid' }), Type.Null()])),
    note: Type.Optional(Type.Union([Type.String({ maxLength: 3 }), Type.Null()])),
    day: Type.Optional(Type.String({ format: 'date' })),
    email: Type.Optional(Type.String({ format: 'email', maxLength: 20 })),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    price: Type.Optional(Type.Number({ exclusiveMinimum: 0, multipleOf: 0.5 })),
    name: Type.Optional(Type.String({ minLength: 1, pattern: '^[a-z]*$' })),
    list: Type.Optional(Type.Array(Type.Number(), { minItems: 1, maxItems: 2, uniqueItems: true })),
    kind: Type.Optional(Type.Enum(['x', 'y'])),
    fixed: Type.Optional(Type.Literal(5)),
  },
  { additionalProperties: false },
)

async function answerTo(payload: unknown) {
  const { server } = await fixture()
  server.post('/', { schema: { body } }, async () => ({}))
  const answer = await server.inject({ method: 'POST', url: '/', payload: payload as object })
  return { status: answer.statusCode, problem: answer.json<Problem>() }
}

test.each([
  [{ extra: 1 }, 'body/extra is not a known field'],
  [{ 'a/b~c': 1 }, 'body/a~1b~0c is not a known field'],
  [{ size: 'huge' }, 'body/size must be one of "small", "large", null'],
  [{ kind: 'z' }, 'body/kind must be one of "x", "y"'],
  [{ fixed: 6 }, 'body/fixed must be 5'],
  [{ id: 'x' }, 'body/id must be a UUID'],
  [{ parent: 'x' }, 'body/parent must be a UUID or null'],
  [{ note: 'long' }, 'body/note must have at most 3 characters'],
  [{ note: 5 }, 'body/note must be text or null'],
  [{ day: '30.5.2026' }, 'body/day must be a date such as 2026-05-30'],
  [{ email: 'nobody' }, 'body/email must be an email address'],
  [{ email: `${'a'.repeat(20)}@example.com` }, 'body/email must have at most 20 characters'],
  [{ count: 0 }, 'body/count must be at least 1'],
  [{ count: 101 }, 'body/count must be at most 100'],
  [{ count: 1.5 }, 'body/count must be a whole number'],
  [{ count: '5' }, 'body/count must be a whole number'],
  [{ price: 0 }, 'body/price must be more than 0'],
  [{ price: 0.3 }, 'body/price must be a multiple of 0.5'],
  [{ name: '' }, 'body/name must not be empty'],
  [{ name: 'A' }, 'body/name must match the pattern ^[a-z]*$'],
  [{ list: [] }, 'body/list must not be empty'],
  [{ list: [1, 2, 3] }, 'body/list must have at most 2 items'],
  [{ list: [1, 1] }, 'body/list must not hold an item twice'],
  [{ list: ['a'] }, 'body/list/0 must be a number'],
  [[], 'body must be an object'],
])('validationError: %j is answered with "%s"', async (payload, message) => {
  const { status, problem } = await answerTo(payload)
  expect(status).toBe(400)
  expect(problem.detail).toBe(`Cannot accept the request: ${message}`)
  expect(problem.errors).toHaveLength(1)
})

test('validationError: many unknown fields with long names are each named once, cut, and at most 8 of them', async () => {
  const payload = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}${'x'.repeat(500)}`, i]))
  const { problem } = await answerTo(payload)
  expect(problem.errors?.length).toBe(8)
  for (const { field, message } of problem.errors ?? []) {
    expect(message).toBe('is not a known field')
    expect(field.length).toBeLessThan(120)
  }
})

test('validationError: what is missing and what is wrong are told together', async () => {
  const { server } = await fixture()
  const schema = Type.Object({ email: Type.String(), count: Type.Integer() })
  server.post('/', { schema: { body: schema } }, async () => ({}))
  const answer = await server.inject({ method: 'POST', url: '/', payload: { count: 'many' } })
  expect(answer.json<Problem>().errors).toEqual([
    { field: 'body/email', message: 'is required' },
    { field: 'body/count', message: 'must be a whole number' },
  ])
})
