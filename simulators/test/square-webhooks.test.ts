import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { manualClock } from 'seaworthy/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Simulators, startSimulators } from '../src/index.ts'
import { application, call, eventually } from './square-session.ts'

interface Received {
  readonly body: string
  readonly signature: string
}

let receiver: Server
let url = ''
let received: Received[]
let answers: number[]
let simulators: Simulators
let clock = manualClock()

beforeEach(async () => {
  received = []
  answers = []
  receiver = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    received.push({ body, signature: String(request.headers['x-square-hmacsha256-signature']) })
    response.writeHead(answers.shift() ?? 200).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', () => resolve()))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks`
  // A Saturday, as the market opens.
  clock = manualClock(Date.UTC(2026, 2, 14, 12))
  simulators = await startSimulators({ clock, square: { webhookInterval: '1h' } })
})

afterEach(async () => {
  await simulators.stop()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

async function subscribe(): Promise<string> {
  const answer = await call<{ subscription: { signature_key: string } }>(
    `${simulators.baseUrl('square')}/v2/webhooks/subscriptions`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${application.secret}` },
      body: JSON.stringify({
        idempotency_key: '1',
        subscription: { name: 'test', notification_url: url, event_types: ['payment.updated'] },
      }),
    },
  )
  expect(answer.status).toBe(200)
  return answer.body.subscription.signature_key
}

test('webhooks: each sale is announced, signed over the URL and the body', async () => {
  const key = await subscribe()
  await clock.advance(3_600_000)
  await eventually(() => expect(received.length).toBeGreaterThan(0))
  for (const { body, signature } of received) {
    expect(signature).toBe(
      createHmac('sha256', key)
        .update(url + body)
        .digest('base64'),
    )
    expect(JSON.parse(body)).toMatchObject({
      type: 'payment.updated',
      data: { object: { payment: { status: 'COMPLETED' } } },
    })
  }
})

test('webhooks: some come twice with the same event ID, and not in the order of the sales', async () => {
  await simulators.stop()
  simulators = await startSimulators({ clock, square: { webhookInterval: '6h' } })
  await subscribe()
  await clock.advance(6 * 3_600_000)
  await eventually(() => expect(received.length).toBeGreaterThan(30))
  const events = received.map(({ body }) => JSON.parse(body) as { event_id: string; created_at: string })
  expect(new Set(events.map((event) => event.event_id)).size).toBeLessThan(events.length)
  const times = events.map((event) => event.created_at)
  expect(times).not.toEqual(times.toSorted())
})

test('webhooks: what is not taken is sent again', async () => {
  await subscribe()
  answers = [500]
  await clock.advance(3_600_000)
  await eventually(() => expect(received.length).toBe(1))
  await eventually(async () => {
    await clock.advance(60_000)
    expect(received.length).toBeGreaterThan(1)
  })
  expect(received[1]?.body).toBe(received[0]?.body)
})

test('webhooks: only loopback can be notified, only by the application', async () => {
  const create = (authorization: string, notification_url: string): Promise<{ status: number }> =>
    call(`${simulators.baseUrl('square')}/v2/webhooks/subscriptions`, {
      method: 'POST',
      headers: { authorization },
      body: JSON.stringify({ subscription: { notification_url, event_types: ['payment.updated'] } }),
    })
  expect((await create('Bearer x', url)).status).toBe(401)
  expect((await create(`Bearer ${application.secret}`, 'https://example.org/')).status).toBe(400)
})
