import { expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import type { Problem } from './problem.ts'

async function send(payload: string | Buffer, contentType = 'application/json') {
  const { server } = await fixture()
  server.post('/', async (request) => ({ body: request.body }))
  const headers = { 'content-type': contentType }
  const answer = await server.inject({ method: 'POST', url: '/', headers, payload: Buffer.from(payload) })
  return { status: answer.statusCode, json: answer.json<Problem & { readonly body: unknown }>() }
}

test.each([
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'it must be valid UTF-8'],
  ['a cut character', Buffer.from([0x22, 0xc3, 0x22]), 'it must be valid UTF-8'],
  ['half of a pair', '{"a":["\\ud800"]}', 'text must not hold half of a surrogate pair'],
  ['half of a pair in a key', '{"\\uDFFF":1}', 'text must not hold half of a surrogate pair'],
  ['U+0000', '{"a":{"b":"\\u0000"}}', 'text must not hold the character U+0000'],
])('useJsonParser: %s is refused', async (_name, payload, fault) => {
  const { status, json } = await send(payload)
  expect([status, json.code, json.detail]).toEqual([400, 'ERR_MALFORMED_JSON', `Cannot read body: ${fault}`])
})

test.each(['utf-16', '"UTF-16LE"', 'iso-8859-1'])('useJsonParser: charset %s is refused', async (charset) => {
  const { status, json } = await send('{}', `application/json; charset=${charset}`)
  expect([status, json.code]).toEqual([415, 'ERR_UNSUPPORTED_MEDIA_TYPE'])
})

test.each(['application/json', 'application/json;charset=UTF-8', 'application/json; charset="utf-8"'])(
  'useJsonParser: %s is read as UTF-8, whole pairs and escaped backslashes included',
  async (contentType) => {
    const text = { word: 'größe 🧀', escaped: '\\ud800 \\u0000' }
    expect((await send(JSON.stringify(text), contentType)).json.body).toEqual(text)
    expect((await send('{"a":"\\ud83e\\uddc0"}', contentType)).json.body).toEqual({ a: '🧀' })
  },
)
