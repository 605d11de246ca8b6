import { expect, test } from 'vitest'
import { securityHeaders } from './security-headers.ts'

test('securityHeaders: the set of OWASP, frozen', () => {
  const headers = securityHeaders({ tls: true })
  expect(Object.isFrozen(headers)).toBe(true)
  expect(headers).toMatchObject({
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  const csp = headers['content-security-policy']?.split('; ')
  expect(csp).toContain("default-src 'self'")
  expect(csp).toContain("frame-ancestors 'none'")
  expect(csp).toContain("object-src 'none'")
  expect(csp).toContain('upgrade-insecure-requests')
  expect(csp?.join()).not.toMatch(/unsafe|\*/)
  expect(headers['permissions-policy']?.split(', ')).toContain('camera=()')
})

test('securityHeaders: without TLS neither HSTS nor upgrades', () => {
  const headers = securityHeaders({ tls: false })
  expect(headers).not.toHaveProperty('strict-transport-security')
  expect(headers['content-security-policy']).not.toContain('upgrade')
})

test('securityHeaders: answers for everybody may be stored', () => {
  expect(securityHeaders({ tls: true, privateAnswers: false })).not.toHaveProperty('cache-control')
})

test('securityHeaders: directives and features replace the default of their name only', () => {
  const headers = securityHeaders({
    tls: false,
    csp: { 'style-src': ["'self'", "'unsafe-inline'"], 'font-src': undefined },
    permissions: { geolocation: ['self', 'https://maps.example'], fullscreen: ['*'] },
  })
  const csp = headers['content-security-policy'] ?? ''
  expect(csp).toContain("style-src 'self' 'unsafe-inline'")
  expect(csp).toContain("script-src 'self'")
  expect(csp).not.toContain('font-src')
  const permissions = headers['permissions-policy']?.split(', ')
  expect(permissions).toContain('geolocation=(self "https://maps.example")')
  expect(permissions).toContain('fullscreen=*')
  expect(permissions).toContain('camera=()')
})

test.each(["'self'; script-src *", 'a\nb', '', 'https://a.example, https://b.example', 'a b'])(
  'securityHeaders: refuses a source that would say more than a source: %j',
  (source) => {
    expect(() => securityHeaders({ tls: false, csp: { 'img-src': [source] } })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
    )
    expect(() => securityHeaders({ tls: false, permissions: { camera: [source] } })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
    )
  },
)
