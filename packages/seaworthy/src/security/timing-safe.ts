import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const processKey = randomBytes(32)

/**
 * Whether two texts are the same, in a time that does not tell where they differ. Both are hashed with a key of this
 * process first, so that texts of different length can be compared, too.
 */
export function equalInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHmac('sha256', processKey).update(text).digest()
}
