import { createHash } from 'node:crypto'
import { matching } from 'seaworthy/core'

/** Longer texts are kept as their hash, so that no caller decides how long a key is. */
const lengthMax = 100

/**
 * A text as part of a key in Redis, different for different texts. Nothing that means something in a key is left:
 * `encodeURIComponent` leaves neither `:` nor `#` nor braces.
 */
export function keyPart(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed())
  if (encoded.length <= lengthMax) return encoded
  return `#${createHash('sha256').update(text).digest('base64url')}`
}

/** The check of what keys begin with: braces would mark another part of a key as the one that a cluster looks at. */
export const keyPrefix = matching(
  'text of 1 to 100 characters without braces',
  (value): value is string => typeof value === 'string' && /^[^{}]{1,100}$/.test(value),
)
