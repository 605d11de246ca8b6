import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Random } from 'seaworthy/core'
import { parseJson } from '../http/read-body.ts'

/** What a token stands for. */
export interface Grant {
  readonly kind: 'access' | 'refresh'
  readonly merchantId: string
  readonly scopes: readonly string[]
  /** When the seller approved, in milliseconds; a later revocation ends the grant. */
  readonly grantedAtMs: number
  /** Absent for a refresh token of the code flow, which does not expire. */
  readonly expiresAtMs?: number
}

const prefixes = { access: 'EAAA', refresh: 'EQAA' } as const

/** Tokens that carry their own meaning, so that they survive a restart of the simulator. */
export class TokenMint {
  readonly #key: string
  readonly #random: Random

  constructor(seed: string, random: Random) {
    this.#key = `seaworthy simulator ${seed}`
    this.#random = random
  }

  issue(grant: Grant): string {
    const nonce = Math.floor(this.#random.next() * 2 ** 48).toString(36)
    const payload = Buffer.from(JSON.stringify({ ...grant, nonce })).toString('base64url')
    return `${prefixes[grant.kind]}${payload}.${this.#sign(payload)}`
  }

  /** The grant of a token that this mint issued, also one that has expired since. */
  read(token: string, kind: Grant['kind']): Grant | undefined {
    if (token.length > 4_096 || !token.startsWith(prefixes[kind])) return undefined
    const [payload = '', signature = ''] = token.slice(prefixes[kind].length).split('.')
    const [given, expected] = [Buffer.from(signature), Buffer.from(this.#sign(payload))]
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
    const grant = parseJson(Buffer.from(payload, 'base64url').toString()) as Grant
    return grant.kind === kind ? grant : undefined
  }

  #sign(payload: string): string {
    return createHmac('sha256', this.#key).update(payload).digest('base64url')
  }
}
