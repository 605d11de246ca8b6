import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { verifyWebhookSignature } from './square-webhook.ts'

const notificationUrl = 'https://market.example/api/square/webhooks'
const body = '{"type":"payment.updated","event_id":"e-1"}'
const signature = createHmac('sha256', 'key-1')
  .update(notificationUrl + body)
  .digest('base64')

test('verifyWebhookSignature: takes the signature over URL and body, and no other', () => {
  const given = { notificationUrl, body, signature }
  expect(verifyWebhookSignature('key-1', given)).toBe(true)
  expect(verifyWebhookSignature('key-2', given)).toBe(false)
  expect(verifyWebhookSignature('key-1', { ...given, body: `${body} ` })).toBe(false)
  expect(verifyWebhookSignature('key-1', { ...given, notificationUrl: 'https://market.example/' })).toBe(
    false,
  )
  expect(verifyWebhookSignature('key-1', { ...given, signature: undefined })).toBe(false)
  expect(verifyWebhookSignature('key-1', { ...given, signature: '' })).toBe(false)
})
