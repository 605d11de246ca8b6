import { authorisationSeconds } from '../square/authorisation-state.ts'
import type { CookieKind } from './cookie.ts'

/**
 * Holds the nonce of an authorisation of Square in the browser that began it. Lax, because Square's page sends the
 * browser back from another site.
 */
export const squareCookie: CookieKind = Object.freeze({
  name: 'marketprep_square',
  path: '/marketprep/api/square/callback',
  maxAgeSeconds: authorisationSeconds,
  sameSite: 'Lax',
})
