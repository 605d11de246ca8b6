import { expect, test } from 'vitest'
import { createDatabase, provisionTenancy } from '../index.ts'

function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof Error) return error.message
  }
  throw new Error('an error was expected')
}

test('createDatabase: an address or a key that is refused is not shown', () => {
  const address = messageOf(() => createDatabase({ url: 'mysql://user:hunter2@host/db', name: 'x' }))
  expect(address).toContain('"url"')
  const tenancy = { schema: 'shop', key: 'hunter2' }
  const key = messageOf(() => createDatabase({ url: 'postgres://host/db', name: 'x', tenancy }))
  expect(key).toContain('"tenancy"')
  expect(address + key).not.toContain('hunter2')
})

test('createDatabase: other options are shown as they were given', () => {
  const message = messageOf(() => createDatabase({ url: 'postgres://host/db', name: 'x', poolMax: 0 }))
  expect(message).toContain('"poolMax" must be a whole number from 1 to 1000, received 0')
})

test('provisionTenancy: a password or a key that is refused is not shown', async () => {
  const options = { schema: 'shop', appRole: 'app', appPassword: 'hunter2', tenancyKey: 'hunter2' }
  const error: unknown = await provisionTenancy('postgres://host/db', options).catch(
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION' })
  expect(String(error)).not.toContain('hunter2')
})
