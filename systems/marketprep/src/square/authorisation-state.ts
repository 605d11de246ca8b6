import { createHash, randomBytes } from 'node:crypto'
import { equalInConstantTime, signHmac, verifyHmac } from 'seaworthy/security'
import type { Clock } from 'seaworthy/core'
import { squareError } from './square-errors.ts'

/** How long a vendor may take to answer Square's consent page. */
export const authorisationSeconds = 10 * 60

/** A secret for one authorisation: it stays in the browser that begins it, only its hash travels. */
export function newNonce(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * The `state` of an OAuth authorisation: whom it is for, until when, and the hash of the nonce of the browser that began
 * it. The signature keeps it from being changed, so nothing has to be stored; the nonce keeps it from being used in
 * another browser, so nobody can have a seller's approval connected to an account that is not the seller's (RFC 6749,
 * section 10.12).
 */
export class AuthorisationState {
  readonly #key: Uint8Array
  readonly #clock: Clock

  constructor(key: Uint8Array, clock: Clock) {
    this.#key = key
    this.#clock = clock
  }

  issue(vendorId: string, nonce: string): string {
    const expires = Math.ceil(this.#clock.wallTime() / 1_000) + authorisationSeconds
    const claim = `${vendorId}.${expires}.${hashOf(nonce)}`
    return `${claim}.${signHmac(this.#input(claim))}`
  }

  /**
   * The vendor that a state was issued for, to the browser that has the nonce.
   *
   * @throws SeaworthyError ERR_SQUARE_STATE
   */
  read(state: string | undefined, nonce: string | undefined): string {
    const [vendorId = '', expires = '', nonceHash = '', signature = ''] = (state ?? '').split('.')
    const isSigned = verifyHmac(this.#input(`${vendorId}.${expires}.${nonceHash}`), signature)
    const isOfBrowser = nonce !== undefined && equalInConstantTime(hashOf(nonce), nonceHash)
    if (isSigned && isOfBrowser && Number(expires) * 1_000 >= this.#clock.wallTime()) return vendorId
    throw squareError(
      'ERR_SQUARE_STATE',
      'Cannot connect Square: the authorisation must come back within 10 minutes, unchanged and to the browser that began it, start again',
    )
  }

  #input(claim: string): Parameters<typeof signHmac>[0] {
    return { key: this.#key, parts: ['square ', claim], encoding: 'base64url' }
  }
}

function hashOf(nonce: string): string {
  return createHash('sha256').update(nonce).digest('base64url')
}
