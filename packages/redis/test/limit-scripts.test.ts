import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createRedisLink, type RedisLink } from '../src/index.ts'
import { limitKeys } from '../src/limit/limit-keys.ts'
import { limitScripts } from '../src/limit/limit-scripts.ts'
import { lives, LimitLife } from './model/limit-life.ts'
import { gcraModel, windowModel } from './model/models.ts'
import { RedisServer } from './redis-server.ts'

vi.setConfig({ testTimeout: 120_000 })

let server: RedisServer
let link: RedisLink

beforeAll(async () => {
  server = await RedisServer.start()
  link = createRedisLink({ url: server.url, commandTimeout: '5s' })
  await link.ready()
})

afterAll(async () => {
  await link.close()
  await server[Symbol.asyncDispose]()
})

test('the scripts of the window do on the server what the model does, also when its clock steps back or data is lost', async () => {
  await fc.assert(
    fc.asyncProperty(lives, (life) => new LimitLife(link, windowModel).run(life)),
    { numRuns: 150 },
  )
})

test('the scripts of the gcra do on the server what the model does, also when its clock steps back or data is lost', async () => {
  await fc.assert(
    fc.asyncProperty(lives, (life) => new LimitLife(link, gcraModel).run(life)),
    { numRuns: 150 },
  )
})

test('keys run out when nothing of them counts any more', async () => {
  const { reserve, pause } = limitScripts('window')
  const keys = limitKeys('out', { name: 'n', key: '' }).all
  const leftMs = async (key: string): Promise<number> => Number(await server.command('PTTL', key))
  await link.run(reserve, keys, ['a', 1, 1, 59_000_000, 1_000_000, 0, '', 10])
  for (const key of keys.slice(0, 2)) {
    expect(await leftMs(key)).toBeGreaterThan(61_000)
    expect(await leftMs(key)).toBeLessThanOrEqual(62_000)
  }
  await link.run(reserve, keys, ['b', 1, 1, 59_000_000, 1_000_000, 1e9, '', 10])
  expect(await leftMs(keys[1])).toBeGreaterThan(121_000)
  await link.run(pause, keys, [600_000_000])
  expect(await leftMs(keys[1])).toBeGreaterThan(720_000)
  expect(await leftMs(keys[0])).toBeGreaterThan(720_000)
})
