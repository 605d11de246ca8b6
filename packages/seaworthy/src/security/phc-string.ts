/** A password hash as the PHC string format writes it, with what is needed to make it again. */
export interface Argon2Hash {
  /** In KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Buffer
  readonly hash: Buffer
}

const pattern =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** The most a stored hash may ask for: it is data, and must not be able to use up the machine. */
const memoryMax = 1_048_576

/** `$argon2id$v=19$m=...,t=...,p=...$salt$hash`, base64 without padding. */
export function formatPhc({ memory, passes, parallelism, salt, hash }: Argon2Hash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

/** Undefined when it is not such a string, or asks for more than 1 GiB, or less than 8 KiB for each lane. */
export function parsePhc(text: string): Argon2Hash | undefined {
  const [, memoryText, passesText, lanesText, salt, hash] = pattern.exec(text) ?? []
  if (salt === undefined || hash === undefined) return undefined
  const [memory, passes, parallelism] = [Number(memoryText), Number(passesText), Number(lanesText)]
  if (memory > memoryMax || memory < 8 * parallelism) return undefined
  return { memory, passes, parallelism, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
