import { refreshTokenSeconds } from '../accounts/accounts.ts'
import type { CookieKind } from './cookie.ts'

/** Holds the refresh token and goes only to the sign-in routes. */
export const refreshCookie: CookieKind = Object.freeze({
  name: 'marketprep_refresh',
  path: '/marketprep/api/auth',
  maxAgeSeconds: refreshTokenSeconds,
  sameSite: 'Strict',
})
