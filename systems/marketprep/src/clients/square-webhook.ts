import { verifyHmac } from 'seaworthy/security'

/** What arrived at the notification URL. */
export interface SquareNotification {
  /** The URL as it is registered at Square, which need not be the one that the server sees behind a proxy. */
  readonly notificationUrl: string
  /** The body as it came, byte for byte. */
  readonly body: string
  /** The header `x-square-hmacsha256-signature`. */
  readonly signature: string | undefined
}

/** Whether Square sent a notification: HMAC-SHA256 over URL and body, in base64, compared in constant time. */
export function verifyWebhookSignature(signatureKey: string, notification: SquareNotification): boolean {
  const { notificationUrl, body, signature } = notification
  return verifyHmac({ key: signatureKey, parts: [notificationUrl, body] }, signature)
}
