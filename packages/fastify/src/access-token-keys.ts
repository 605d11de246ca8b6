import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto'

/** `HS256` needs the secret to verify; with `EdDSA` others can verify with the public key alone. */
export const tokenAlgorithms = ['HS256', 'EdDSA'] as const
export type TokenAlgorithm = (typeof tokenAlgorithms)[number]

/** A key that signs and verifies access tokens. */
export interface TokenKey {
  /** Names the key in a token's header. Says nothing about the key itself. */
  readonly id: string
  readonly sign: KeyObject | Uint8Array
  readonly verify: KeyObject | Uint8Array
}

/** PKCS #8 around an Ed25519 seed (RFC 8410, section 7). */
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Derives a key from a secret by HKDF (RFC 5869), so that the secret may serve other purposes as well. */
export function deriveTokenKey(secret: string | Uint8Array, algorithm: TokenAlgorithm): TokenKey {
  const derive = (purpose: string, size: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `seaworthy/access-token/${algorithm}/${purpose}`, size))
  const bytes = derive('key', 32)
  const id = createHash('sha256').update(derive('id', 16)).digest('base64url').slice(0, 12)
  if (algorithm === 'HS256') return Object.freeze({ id, sign: bytes, verify: bytes })
  const sign = createPrivateKey({ key: Buffer.concat([ed25519Prefix, bytes]), format: 'der', type: 'pkcs8' })
  return Object.freeze({ id, sign, verify: createPublicKey(sign) })
}
