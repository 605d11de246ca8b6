import { deriveKey } from 'seaworthy/security'

/** One key for each purpose, all from the one secret. */
export interface Keys {
  /** Signs the tenant of a transaction. */
  readonly tenancy: string
  /** The password of the database role that the application connects as. */
  readonly appPassword: string
  readonly cursors: string
  readonly tokens: Uint8Array
  readonly squareTokens: Uint8Array
  readonly squareState: Uint8Array
}

export function keysOf(secret: Uint8Array): Keys {
  const key = (purpose: string): Uint8Array => deriveKey(secret, `marketprep/${purpose}`)
  const hex = (purpose: string): string => Buffer.from(key(purpose)).toString('hex')
  return Object.freeze({
    tenancy: hex('tenancy'),
    appPassword: hex('database role'),
    cursors: hex('cursors'),
    tokens: key('access tokens'),
    squareTokens: key('square tokens'),
    squareState: key('square state'),
  })
}
