import { randomUUID } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import {
  defineOptions,
  duration,
  matching,
  object,
  oneOf,
  secret as secretField,
  systemClock,
  text,
  type Clock,
  type Duration,
} from 'seaworthy/core'
import { deriveTokenKey, tokenAlgorithms, type TokenAlgorithm } from './access-token-keys.ts'
import { httpError } from './http-errors.ts'

/** Who makes a request, as its access token says. */
export interface Principal {
  readonly subject: string
  readonly roles: readonly string[]
  /** What else the token carries, such as the tenant. */
  readonly claims: Readonly<Record<string, unknown>>
}

export interface AccessTokenOptions {
  /** At least 32 bytes that nobody can guess. Keys are derived from it. */
  readonly secret: string | Uint8Array
  /** Secrets whose tokens are still accepted, at most 4: for changing the secret without signing everyone out. */
  readonly previousSecrets?: readonly (string | Uint8Array)[]
  /** Who issues: the `iss` of each token. */
  readonly issuer: string
  /** For whom: the `aud` of each token. */
  readonly audience: string
  /** Default HS256. */
  readonly algorithm?: TokenAlgorithm
  /** How long a token holds. Default 15m. */
  readonly ttl?: Duration
  /** How far clocks of machines may differ. Default 5s. */
  readonly clockTolerance?: Duration
  readonly clock?: Clock
}

export const accessTokenDefaults = Object.freeze({
  previousSecrets: Object.freeze([]),
  algorithm: 'HS256',
  ttl: '15m',
  clockTolerance: '5s',
  clock: systemClock,
})

const secretBytesMin = 32
const tokenLengthMax = 4096
const tokenType = 'at+jwt'
const ownClaims: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'sub', 'roles'])

const resolveAccessTokenOptions = defineOptions('access tokens', accessTokenDefaults, {
  secret: secretField(matching(`at least ${secretBytesMin} bytes`, isSecret)),
  previousSecrets: secretField(
    matching(
      `at most 4 secrets of at least ${secretBytesMin} bytes`,
      (value): value is readonly (string | Uint8Array)[] =>
        Array.isArray(value) && value.length <= 4 && value.every(isSecret),
    ),
  ),
  issuer: text(),
  audience: text(),
  algorithm: oneOf(...tokenAlgorithms),
  ttl: duration('1s', '30d'),
  clockTolerance: duration(0, '1m'),
  clock: object<Clock>('a clock'),
})

function isSecret(value: unknown): value is string | Uint8Array {
  if (typeof value === 'string') return Buffer.byteLength(value) >= secretBytesMin
  return value instanceof Uint8Array && value.byteLength >= secretBytesMin
}

/** Issues and checks access tokens (JWT, RFC 9068). */
export interface AccessTokens {
  issue(principal: Pick<Principal, 'subject'> & Partial<Principal>): Promise<string>
  /**
   * Who a token stands for.
   *
   * @throws SeaworthyError ERR_TOKEN_INVALID when it is expired, for another audience, or not signed by one of the keys
   */
  verify(token: string): Promise<Principal>
}

/** Makes what issues and checks access tokens. Only the one algorithm is accepted, whatever a token's header says. */
export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { secret, previousSecrets, issuer, audience, algorithm, ttl, clockTolerance, clock } =
    resolveAccessTokenOptions(options)
  const current = deriveTokenKey(secret, algorithm)
  const keys = new Map(
    [...previousSecrets.map((previous) => deriveTokenKey(previous, algorithm)), current].map((key) => [
      key.id,
      key,
    ]),
  )
  return Object.freeze({
    async issue({ subject, roles = [], claims = {} }: Pick<Principal, 'subject'> & Partial<Principal>) {
      const nowSeconds = Math.floor(clock.wallTime() / 1000)
      return new SignJWT({ ...claims, roles: [...roles] })
        .setProtectedHeader({ alg: algorithm, typ: tokenType, kid: current.id })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + Math.ceil(ttl / 1000))
        .setJti(randomUUID())
        .sign(current.sign)
    },
    async verify(token: string) {
      try {
        if (token.length > tokenLengthMax) throw new RangeError('The token is too long')
        const key = keys.get(decodeProtectedHeader(token).kid ?? '')
        if (key === undefined) throw new RangeError('The token names no key of ours')
        const { payload } = await jwtVerify(token, key.verify, {
          algorithms: [algorithm],
          issuer,
          audience,
          typ: tokenType,
          requiredClaims: ['exp', 'iat', 'sub'],
          clockTolerance: clockTolerance / 1000,
          currentDate: new Date(clock.wallTime()),
        })
        return principalOf(payload)
      } catch (cause) {
        throw httpError(
          'ERR_TOKEN_INVALID',
          'Cannot accept access token: it is expired, altered or not for this service',
          {
            cause,
          },
        )
      }
    },
  })
}

function principalOf({ sub = '', roles, ...rest }: JWTPayload): Principal {
  return Object.freeze({
    subject: sub,
    roles: Object.freeze(Array.isArray(roles) ? roles.map(String) : []),
    claims: Object.freeze(Object.fromEntries(Object.entries(rest).filter(([name]) => !ownClaims.has(name)))),
  })
}
