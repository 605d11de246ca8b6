import { createHmac } from 'node:crypto'

/** The value of `x-square-hmacsha256-signature`: HMAC-SHA256 over the notification URL and the body, in base64. */
export function webhookSignature(key: string, notificationUrl: string, body: string): string {
  return createHmac('sha256', key).update(notificationUrl).update(body).digest('base64')
}
