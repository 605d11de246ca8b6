import type { ClientBase } from 'pg'
import type { Runtime } from 'seaworthy/core'
import { databaseError } from '../pool/database-error.ts'
import type { TenancyOptions } from '../pool/database-options.ts'
import { postgresError } from '../postgres-errors.ts'
import { tenantToken } from './tenant-token.ts'

export interface EnterTenantOptions {
  readonly tenant: string | undefined
  readonly tenancy: TenancyOptions | undefined
  readonly runtime: Runtime
}

/** How long a transaction can prove its tenant. It also covers clocks that differ. */
const tokenLifeSeconds = 600

/**
 * Makes the open transaction one of the tenant. The token is a parameter and never part of the statement's text, which
 * other sessions of the same role can see in `pg_stat_activity`.
 */
export async function enterTenant(client: ClientBase, options: EnterTenantOptions): Promise<void> {
  const { tenant, tenancy, runtime } = options
  if (tenant === undefined) return
  if (tenancy === undefined) {
    throw postgresError(
      'ERR_TENANT_INVALID',
      'Cannot open a transaction of a tenant: createDatabase must be given the "tenancy" option',
    )
  }
  const expires = Math.floor(runtime.clock.wallTime() / 1_000) + tokenLifeSeconds
  const token = tenantToken(tenant, { key: tenancy.key, expires })
  try {
    await client.query(`SELECT "${tenancy.schema}".enter_tenant($1)`, [token])
  } catch (cause) {
    throw databaseError(cause, 'enter tenant')
  }
}
