import { createHmac } from 'node:crypto'
import { equalInConstantTime } from './timing-safe.ts'

export type HmacEncoding = 'base64' | 'base64url' | 'hex'

/** What is signed, and with what. */
export interface HmacInput {
  readonly key: string | Uint8Array
  /** The parts are signed one after the other, as if they were one. */
  readonly parts: readonly (string | Uint8Array)[]
  /** How the signature is written. Default `base64`. */
  readonly encoding?: HmacEncoding
}

/** The HMAC-SHA256 signature of a message, as senders of webhooks make it. */
export function signHmac({ key, parts, encoding = 'base64' }: HmacInput): string {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest(encoding)
}

/** Whether a signature is right, compared in constant time. False for one that is missing. */
export function verifyHmac(input: HmacInput, signature: string | undefined): boolean {
  return equalInConstantTime(signHmac(input), signature ?? '') && signature !== undefined
}
