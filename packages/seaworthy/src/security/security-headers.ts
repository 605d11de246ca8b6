import { coreError } from 'seaworthy/core'

/** Sources allowed by each directive of a content security policy. An empty list is a directive without sources. */
export type CspDirectives = Readonly<Record<string, readonly string[]>>

export interface SecurityHeadersOptions {
  /** Whether callers come over TLS, also when a proxy ends it: adds HSTS and upgrades plain requests. */
  readonly tls: boolean
  /** Directives that replace the strict default ones of the same name; `undefined` leaves one out. */
  readonly csp?: Readonly<Record<string, readonly string[] | undefined>>
  /** Browser features and who may use them, such as `{ geolocation: ['self'] }`. All named by default are off. */
  readonly permissions?: Readonly<Record<string, readonly string[]>>
  /** Answers are for one caller and must not be stored. Default true. */
  readonly privateAnswers?: boolean
}

/** Only what the origin itself serves: no inline code, no frames, no plugins. */
export const defaultCsp: CspDirectives = Object.freeze({
  'default-src': ["'self'"],
  'base-uri': ["'none'"],
  'connect-src': ["'self'"],
  'font-src': ["'self'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
})

const featuresOff = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'usb',
  'xr-spatial-tracking',
] as const

/**
 * The response headers of the OWASP Secure Headers Project for a service with its own pages, frozen. Names are
 * lower-case.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION when a directive or feature holds what would end it early
 */
export function securityHeaders(options: SecurityHeadersOptions): Readonly<Record<string, string>> {
  const { tls, csp = {}, permissions = {}, privateAnswers = true } = options
  const upgrade = tls ? { 'upgrade-insecure-requests': [] } : {}
  return Object.freeze({
    'content-security-policy': cspText({ ...defaultCsp, ...upgrade, ...csp }),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'permissions-policy': permissionsText(permissions),
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
    ...(tls && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
    ...(privateAnswers && { 'cache-control': 'no-store' }),
  })
}

function cspText(directives: Readonly<Record<string, readonly string[] | undefined>>): string {
  const parts: string[] = []
  for (const [name, sources] of Object.entries(directives)) {
    if (sources === undefined) continue
    parts.push([checked('csp', name), ...sources.map((source) => checked('csp', source))].join(' '))
  }
  return parts.join('; ')
}

function permissionsText(permissions: Readonly<Record<string, readonly string[]>>): string {
  const off = Object.fromEntries(featuresOff.map((feature): [string, readonly string[]] => [feature, []]))
  return Object.entries({ ...off, ...permissions })
    .map(([feature, allowed]) => `${checked('permissions', feature)}=${allowList(allowed)}`)
    .join(', ')
}

function allowList(allowed: readonly string[]): string {
  if (allowed.includes('*')) return '*'
  const quoted = allowed.map((origin) => (origin === 'self' ? origin : `"${checked('permissions', origin)}"`))
  return `(${quoted.join(' ')})`
}

function checked(option: string, text: string): string {
  if (/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x7e]+$/.test(text)) return text
  throw coreError(
    'ERR_INVALID_OPTION',
    `Cannot make security headers: each part of "${option}" must be printable without space, comma, semicolon or double quote, received ${JSON.stringify(text)}`,
    { details: { option, received: text } },
  )
}
