import { signHmac, verifyHmac } from 'seaworthy/security'
import type { Clock } from 'seaworthy/core'
import { squareError } from './square-errors.ts'

/** How long a vendor may take to answer Square's consent page. */
const lifetimeMs = 10 * 60 * 1_000

/**
 * The `state` of an OAuth authorisation: whom it is for and until when, signed, so that nobody can make a vendor
 * connect a foreign account (RFC 6749, section 10.12) and nothing has to be stored.
 */
export class AuthorisationState {
  readonly #key: Uint8Array
  readonly #clock: Clock

  constructor(key: Uint8Array, clock: Clock) {
    this.#key = key
    this.#clock = clock
  }

  issue(vendorId: string): string {
    const claim = `${vendorId}.${Math.ceil((this.#clock.wallTime() + lifetimeMs) / 1_000)}`
    return `${claim}.${signHmac(this.#input(claim))}`
  }

  /**
   * The vendor that a state was issued for.
   *
   * @throws SeaworthyError ERR_SQUARE_STATE
   */
  read(state: string | undefined): string {
    const [vendorId = '', expires = '', signature = ''] = (state ?? '').split('.')
    const claim = `${vendorId}.${expires}`
    const isSigned = verifyHmac(this.#input(claim), signature)
    if (isSigned && Number(expires) * 1_000 >= this.#clock.wallTime()) return vendorId
    throw squareError(
      'ERR_SQUARE_STATE',
      'Cannot connect Square: the authorisation must come back within 10 minutes and unchanged, start again',
    )
  }

  #input(claim: string): Parameters<typeof signHmac>[0] {
    return { key: this.#key, parts: ['square ', claim], encoding: 'base64url' }
  }
}
