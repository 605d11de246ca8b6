import { expect, test } from 'vitest'
import { asProblem, problemFrom } from './problem.ts'

test('problemFrom: keeps the document and gives the first message of each field', () => {
  const problem = problemFrom(
    422,
    JSON.stringify({
      title: 'Invalid request',
      status: 422,
      detail: 'One field is wrong',
      correlationId: 'c-1',
      errors: [
        { field: '/body/email', message: 'must be an e-mail address' },
        { field: 'email', message: 'second' },
      ],
    }),
    null,
  )
  expect(problem.title).toBe('Invalid request')
  expect(problem.correlationId).toBe('c-1')
  expect(problem.fields).toEqual({ email: 'must be an e-mail address' })
})

test.each(['<html>Bad gateway</html>', '', '[]', 'null'])(
  'problemFrom: body %j still gives a problem with the correlation ID of the header',
  (body) => {
    const problem = problemFrom(502, body, 'c-2')
    expect(problem.status).toBe(502)
    expect(problem.title).toContain('502')
    expect(problem.correlationId).toBe('c-2')
  },
)

test('asProblem: a failed connection is status 0', () => {
  expect(asProblem(new TypeError('fetch failed')).status).toBe(0)
})
