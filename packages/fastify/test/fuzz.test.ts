import fc from 'fast-check'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { fixture } from './fixture.ts'
import { listen, sendRaw } from './raw-socket.ts'

const sound = [
  'GET /things/1?limit=5 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n',
  'POST /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{"name":"bread","n":[1]}',
  'POST /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n18\r\n{"name":"bread","n":[1]}\r\n0\r\n\r\n',
] as const

/** A sound request with some bytes replaced, inserted or taken out. */
const broken = fc
  .tuple(
    fc.constantFrom(...sound),
    fc.array(fc.record({ at: fc.nat(400), drop: fc.nat(6), insert: fc.uint8Array({ maxLength: 6 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([text, edits]) => {
    let bytes = Buffer.from(text, 'latin1')
    for (const { at, drop, insert } of edits) {
      const start = at % (bytes.length + 1)
      bytes = Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + drop)])
    }
    return bytes
  })

test('broken requests never end in a 5xx and never hang', async () => {
  const { server } = await fixture({
    rateLimit: false,
    limits: {
      headersTimeout: '200ms',
      requestTimeout: '300ms',
      keepAliveTimeout: '200ms',
      checkInterval: '20ms',
    },
  })
  server.get('/things/:id', { schema: { querystring: Type.Object({ limit: Type.Integer() }) } }, async () =>
    'x'.repeat(3000),
  )
  const body = Type.Object({ name: Type.String(), n: Type.Array(Type.Number()) })
  server.post('/things', { schema: { body } }, async (request) => request.body)
  const port = await listen(server)
  try {
    for (const request of sound) expect(await sendRaw(port, request)).toMatch(/^HTTP\/1\.1 200 /)
    await fc.assert(
      fc.asyncProperty(fc.array(broken, { minLength: 40, maxLength: 40 }), async (requests) => {
        const answers = await Promise.all(requests.map((bytes) => sendRaw(port, bytes)))
        for (const answer of answers) expect(answer).not.toMatch(/HTTP\/1\.1 5/)
      }),
      { numRuns: 6, endOnFailure: true },
    )
  } finally {
    await server.close()
  }
}, 60_000)
