import { Type } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { expect, test } from 'vitest'
import { schemaDifferences } from './schema-differences.ts'

const schema = Compile(
  Type.Object({
    token: Type.String({ minLength: 4 }),
    days: Type.Array(Type.Object({ mm: Type.Union([Type.Number(), Type.Null()]), code: Type.Integer() })),
  }),
) as unknown as Validator

test('schemaDifferences: names the path, what was expected and the type found', () => {
  const value = { token: 'abcd', days: [{ mm: 1, code: 2 }, { mm: 'wet' }] }
  expect(schemaDifferences(schema, value)).toEqual([
    { path: '/days/1/code', expected: 'a value', received: 'nothing' },
    { path: '/days/1/mm', expected: 'number or null', received: 'string' },
  ])
})

test('schemaDifferences: never holds a value', () => {
  const differences = schemaDifferences(schema, { token: 'sec', days: 'hunter2' })
  expect(differences).toHaveLength(2)
  expect(JSON.stringify(differences)).not.toMatch(/"sec"|hunter2/)
})

test('schemaDifferences: is bounded, and says what the whole is when the whole is wrong', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const numbers = Compile(Type.Object(Object.fromEntries(names.map((name) => [name, Type.Number()]))))
  const texts = Object.fromEntries(names.map((name) => [name, 'x']))
  expect(schemaDifferences(numbers as unknown as Validator, texts)).toHaveLength(5)
  expect(schemaDifferences(schema, [])).toEqual([{ path: '/', expected: 'object', received: 'array' }])
})
