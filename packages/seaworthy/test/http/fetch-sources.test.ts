import { expect, test, vi } from 'vitest'
import {
  constant,
  derive,
  fallback,
  lastGood,
  pipeline,
  resilientFetch,
  sourceOf,
} from 'seaworthy/resilience'

const down = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'))
const url = 'http://prices.example/'

test('sourceOf: names the fallback that gave the response, and nothing for a live one', async () => {
  const send = vi.fn<typeof fetch>(down).mockResolvedValueOnce(new Response('live'))
  const guarded = resilientFetch(pipeline([fallback([derive('canned', () => new Response('canned'))])]), {
    fetch: send,
  })
  const live = await guarded(url)
  expect([sourceOf(live), await live.text()]).toEqual([undefined, 'live'])
  const canned = await guarded(url)
  expect([sourceOf(canned), await canned.text()]).toEqual(['canned', 'canned'])
  expect(sourceOf(new Response('of nobody'))).toBeUndefined()
})

test('sourceOf: looks through the answers of several fallbacks', async () => {
  const inner = fallback([constant('inner', new Response('inner'))])
  const outer = fallback([constant('outer', new Response('outer'))])
  const guarded = resilientFetch(pipeline([outer, inner]), { fetch: down })
  const response = await guarded(url)
  expect([sourceOf(response), await response.text()]).toEqual(['inner', 'inner'])
})

test('sourceOf: an answer that another fallback remembered is that of the one which gave it now', async () => {
  let isDown = false
  const first = derive('first', () => {
    if (isDown) throw new Error('no value')
    return new Response(null, { status: 204 })
  })
  const policies = pipeline([fallback([lastGood()]), fallback([first])])
  const guarded = resilientFetch(policies, { fetch: down })
  expect(sourceOf(await guarded(url))).toBe('first')
  isDown = true
  expect(sourceOf(await guarded(url))).toBe('last-good')
})

test('resilientFetch: a constant response is given to any number of calls, read or not, at once or in turn', async () => {
  const given = new Response('empty list', {
    status: 203,
    statusText: 'Canned',
    headers: { 'x-note': 'old' },
  })
  const guarded = resilientFetch(pipeline([fallback([constant('none', given)])]), { fetch: down })
  const first = await guarded(url)
  await guarded(url)
  const all = [first, ...(await Promise.all([guarded(url), guarded(url)])), await guarded(url)]
  for (const response of all) {
    expect(response).toMatchObject({ status: 203, statusText: 'Canned' })
    expect([sourceOf(response), response.headers.get('x-note')]).toEqual(['none', 'old'])
    expect(await response.text()).toBe('empty list')
  }
})

test('resilientFetch: a constant response without a body is given to any number of calls', async () => {
  const given = new Response(null, { status: 204 })
  const guarded = resilientFetch(pipeline([fallback([constant('none', given)])]), { fetch: down })
  const [first, second, third] = [await guarded(url), await guarded(url), await guarded(url)]
  expect([first, second, third].map(({ status }) => status)).toEqual([204, 204, 204])
  expect(new Set([first, second, third, given]).size).toBe(4)
})

test('resilientFetch: a response of a fallback that was read before, or came from a server, is handed over as it is', async () => {
  const read = new Response('read')
  await read.text()
  const sent = Object.defineProperty(new Response('sent'), 'url', { value: url })
  for (const given of [read, sent]) {
    const guarded = resilientFetch(pipeline([fallback([constant('same', given)])]), { fetch: down })
    const response = await guarded(url)
    expect(response).toBe(given)
    expect(sourceOf(response)).toBe('same')
  }
})
