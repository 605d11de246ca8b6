import { expect, test } from 'vitest'
import { checkSession } from './check-session.ts'

test('checkSession: a good sign-up has no errors', () => {
  expect(
    checkSession({ email: 'rosa@example.com', password: 'a long pass phrase', businessName: 'Rosa' }, true),
  ).toEqual({})
})

test('checkSession: each wrong field has its own words', () => {
  expect(checkSession({ email: 'rosa', password: 'short', businessName: ' ' }, true)).toEqual({
    email: 'Write an address such as rosa@example.com',
    password: 'Add at least 5 more characters',
    businessName: 'Write the name of your stall or business',
  })
})

test('checkSession: signing in asks neither for a length nor a business', () => {
  expect(checkSession({ email: 'rosa@example.com', password: 'short', businessName: '' }, false)).toEqual({})
})
