import type { Random } from 'seaworthy/core'
import {
  htmlResponse,
  jsonResponse,
  redirectResponse,
  type SimulatedRequest,
  type SimulatedResponse,
} from '../http/exchange.ts'
import { asObject, parseJson } from '../http/read-body.ts'
import type { Vendor } from '../world/vendors.ts'
import { consentPage } from './consent-page.ts'
import { oauthError, unauthorized } from './square-error.ts'
import type { ResolvedSquareOptions } from './square-options.ts'
import { type Grant, TokenMint } from './token-mint.ts'

interface PendingCode {
  readonly grant: Grant
  readonly redirectUri: string | undefined
  readonly expiresAtMs: number
}

interface AuthorizationParts {
  readonly vendors: readonly Vendor[]
  readonly options: ResolvedSquareOptions
  readonly nowMs: () => number
  readonly random: Random
  readonly seed: string
}

const dayMs = 86_400_000
const pendingMax = 1_000
const revokedTokensMax = 10_000
const defaultScopes = 'MERCHANT_PROFILE_READ PAYMENTS_READ'

/** The OAuth endpoints: consent, codes that work once and briefly, tokens, revocation. */
export class Authorization {
  readonly #parts: AuthorizationParts
  readonly #mint: TokenMint
  readonly #codes = new Map<string, PendingCode>()
  /** By merchant: grants up to this moment are over. */
  readonly #revokedUntilMs = new Map<string, number>()
  readonly #revokedTokens = new Set<string>()

  constructor(parts: AuthorizationParts) {
    this.#parts = parts
    this.#mint = new TokenMint(parts.seed, parts.random)
  }

  /** GET shows the consent page, POST is the seller's decision on it. */
  authorize(request: SimulatedRequest): SimulatedResponse {
    const form = request.method === 'POST' ? new URLSearchParams(request.body) : request.query
    const redirectUri = form.get('redirect_uri') ?? this.#parts.options.redirectUrls?.[0]
    if (form.get('client_id') !== this.#parts.options.applicationId) {
      return htmlResponse(400, consentPage.refusal('client_id is not the ID of an application'))
    }
    if (redirectUri === undefined || !this.#allowsRedirect(redirectUri)) {
      return htmlResponse(400, consentPage.refusal('redirect_uri is not a registered redirect URL'))
    }
    if (request.method !== 'POST') return htmlResponse(200, consentPage.form(form, this.#parts.vendors))
    const target = new URL(redirectUri)
    const state = form.get('state')
    if (state !== null) target.searchParams.set('state', state)
    if (form.get('decision') !== 'approve') {
      target.searchParams.set('error', 'access_denied')
      target.searchParams.set('error_description', 'user_denied')
      return redirectResponse(target.href)
    }
    target.searchParams.set('code', this.#newCode(form))
    target.searchParams.set('response_type', 'code')
    return redirectResponse(target.href)
  }

  /** POST /oauth2/token */
  token(request: SimulatedRequest): SimulatedResponse {
    const body = asObject(parseJson(request.body))
    if (body === undefined) throw oauthError(400, 'bad_request', 'Expected a JSON body')
    if (body['client_id'] !== this.#parts.options.applicationId) {
      throw oauthError(401, 'service.not_authorized', 'Application not found')
    }
    if (body['client_secret'] !== this.#parts.options.applicationSecret) {
      throw oauthError(401, 'service.not_authorized', 'Not Authorized')
    }
    const shortLived = body['short_lived'] === true
    if (body['grant_type'] === 'authorization_code') {
      return this.#tokens(this.#redeem(body), { shortLived })
    }
    if (body['grant_type'] === 'refresh_token') {
      const token = typeof body['refresh_token'] === 'string' ? body['refresh_token'] : ''
      const grant = this.#mint.read(token, 'refresh')
      if (grant === undefined || this.#isRevoked(grant)) {
        throw oauthError(401, 'service.not_authorized', 'Invalid refresh token')
      }
      return this.#tokens(grant, { shortLived, refreshToken: token })
    }
    throw oauthError(
      400,
      'bad_request.missing_parameter',
      'grant_type must be authorization_code or refresh_token',
    )
  }

  /** POST /oauth2/revoke */
  revoke(request: SimulatedRequest): SimulatedResponse {
    if (request.headers.authorization !== `Client ${this.#parts.options.applicationSecret}`) {
      throw oauthError(400, 'bad_request.invalid_parameter', 'bad authorization header')
    }
    const body = asObject(parseJson(request.body)) ?? {}
    const token = typeof body['access_token'] === 'string' ? body['access_token'] : undefined
    const merchantId =
      token === undefined ? body['merchant_id'] : this.#mint.read(token, 'access')?.merchantId
    if (
      typeof merchantId !== 'string' ||
      !this.#parts.vendors.some((vendor) => vendor.merchantId === merchantId)
    ) {
      throw oauthError(404, 'not_found', 'No such merchant or access token')
    }
    if (token !== undefined && body['revoke_only_access_token'] === true) this.#revokeToken(token)
    else this.#revokedUntilMs.set(merchantId, this.#parts.nowMs())
    return jsonResponse(200, { success: true })
  }

  /**
   * The vendor whom the bearer token of a request speaks for.
   *
   * @throws SquareError 401 when the token is missing, unknown, expired or revoked, 403 when it lacks the scope
   */
  vendorOf(request: SimulatedRequest, scope: string): { readonly vendor: Vendor; readonly token: string } {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const grant = this.#mint.read(token, 'access')
    const vendor = this.#parts.vendors.find(({ merchantId }) => merchantId === grant?.merchantId)
    if (grant === undefined || vendor === undefined) {
      throw unauthorized(
        'UNAUTHORIZED',
        'The `Authorization` http header of your request was incorrect or expired.',
      )
    }
    if (this.#isRevoked(grant) || this.#revokedTokens.has(token)) {
      throw unauthorized('ACCESS_TOKEN_REVOKED', 'The provided access token has been revoked.')
    }
    if ((grant.expiresAtMs ?? Number.POSITIVE_INFINITY) <= this.#parts.nowMs()) {
      throw unauthorized('ACCESS_TOKEN_EXPIRED', 'The provided access token has expired.')
    }
    if (!grant.scopes.includes(scope)) {
      throw unauthorized(
        'INSUFFICIENT_SCOPES',
        `The merchant has not given your application the permission ${scope}.`,
        403,
      )
    }
    return { vendor, token }
  }

  #newCode(form: URLSearchParams): string {
    const { vendors, random, options } = this.#parts
    const vendor = vendors.find(({ merchantId }) => merchantId === form.get('merchant')) ?? vendors[0]
    const code = `sandbox-sq0cgb-${Math.floor(random.next() * 2 ** 48).toString(36)}${Math.floor(random.next() * 2 ** 48).toString(36)}`
    const nowMs = this.#parts.nowMs()
    const merchantId = vendor?.merchantId ?? ''
    // A grant made in the same millisecond as a revocation came after it.
    const grantedAtMs = Math.max(nowMs, (this.#revokedUntilMs.get(merchantId) ?? 0) + 1)
    const scopes = (form.get('scope') ?? defaultScopes)
      .split(/[ +]/)
      .filter((scope) => scope !== '')
      .slice(0, 60)
    for (const oldest of this.#codes.keys()) {
      if (this.#codes.size < pendingMax) break
      this.#codes.delete(oldest)
    }
    this.#codes.set(code, {
      grant: { kind: 'refresh', merchantId, scopes, grantedAtMs },
      redirectUri: form.get('redirect_uri') ?? undefined,
      expiresAtMs: nowMs + options.codeLifetime,
    })
    return code
  }

  #redeem(body: Readonly<Record<string, unknown>>): Grant {
    const code = typeof body['code'] === 'string' ? body['code'] : ''
    const pending = this.#codes.get(code)
    this.#codes.delete(code)
    if (pending === undefined) throw oauthError(401, 'service.not_authorized', 'Authorization code not found')
    if (pending.expiresAtMs <= this.#parts.nowMs()) {
      throw oauthError(401, 'service.not_authorized', 'Authorization code is expired')
    }
    if (pending.redirectUri !== undefined && body['redirect_uri'] !== pending.redirectUri) {
      throw oauthError(
        400,
        'bad_request.invalid_parameter',
        'redirect_uri does not match the authorization request',
      )
    }
    return pending.grant
  }

  #tokens(
    grant: Grant,
    { shortLived, refreshToken }: { readonly shortLived: boolean; readonly refreshToken?: string },
  ): SimulatedResponse {
    const lifetimeMs = this.#parts.options.accessTokenLifetime ?? (shortLived ? dayMs : 30 * dayMs)
    const expiresAtMs = this.#parts.nowMs() + lifetimeMs
    return jsonResponse(200, {
      access_token: this.#mint.issue({ ...grant, kind: 'access', expiresAtMs }),
      token_type: 'bearer',
      expires_at: new Date(expiresAtMs).toISOString(),
      merchant_id: grant.merchantId,
      // With the code flow the refresh token is the same for as long as the grant lasts.
      refresh_token: refreshToken ?? this.#mint.issue(grant),
      short_lived: shortLived,
    })
  }

  #isRevoked({ merchantId, grantedAtMs }: Grant): boolean {
    return grantedAtMs <= (this.#revokedUntilMs.get(merchantId) ?? Number.NEGATIVE_INFINITY)
  }

  #revokeToken(token: string): void {
    for (const oldest of this.#revokedTokens) {
      if (this.#revokedTokens.size < revokedTokensMax) break
      this.#revokedTokens.delete(oldest)
    }
    this.#revokedTokens.add(token)
  }

  #allowsRedirect(url: string): boolean {
    const { redirectUrls } = this.#parts.options
    if (redirectUrls !== undefined) return redirectUrls.includes(url)
    return URL.canParse(url) && ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname)
  }
}
