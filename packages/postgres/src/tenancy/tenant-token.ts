import { createHmac } from 'node:crypto'
import { postgresError } from '../postgres-errors.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The proof of a tenant that the database checks: `<tenant>.<expires>.<HMAC-SHA256>`. Only who has the key can make
 * one, so raw SQL under the application's role cannot turn into another tenant.
 *
 * @param tenant a lower-case UUID
 * @param options the signing key, and the second since 1970 from which the token is void
 * @throws SeaworthyError ERR_TENANT_INVALID when the tenant is not a lower-case UUID
 */
export function tenantToken(
  tenant: string,
  options: { readonly key: string; readonly expires: number },
): string {
  if (!uuid.test(tenant)) {
    throw postgresError('ERR_TENANT_INVALID', 'Cannot sign a tenant: it must be a lower-case UUID')
  }
  const claim = `${tenant}.${options.expires}`
  return `${claim}.${createHmac('sha256', options.key).update(claim).digest('hex')}`
}
