import { createHash } from 'node:crypto'
import type { Client } from 'pg'
import { defineOptions, matching, secret } from 'seaworthy/core'
import { withClient } from '../pool/with-client.ts'
import { isName, isTenancyKey } from '../pool/database-options.ts'
import { postgresError } from '../postgres-errors.ts'
import { scramVerifier } from './scram-verifier.ts'
import { firstGrantsSql, functionsSql, grantsSql, largeObjectsSql } from './tenancy-sql.ts'

export interface ProvisionTenancyOptions {
  /** The schema of the application: a lower-case name. Created when absent. */
  readonly schema: string
  /** The role the application connects as. Created when absent. */
  readonly appRole: string
  /** The role's password: 12 to 200 printable ASCII characters. */
  readonly appPassword: string
  /** The signing key: at least 32 characters of a random text. A new key replaces the old one. */
  readonly tenancyKey: string
}

const name = matching('a lower-case name of letters, digits and _', isName)

const resolveProvisionOptions = defineOptions(
  'tenancy',
  {},
  {
    schema: name,
    appRole: name,
    appPassword: secret(matching('text of 12 to 200 printable ASCII characters', isPassword)),
    tenancyKey: secret(matching('text of at least 32 characters', isTenancyKey)),
  },
)

export interface ProvisionedTenancy {
  /** The address for the application, with its role and password. Never log it. */
  readonly appUrl: string
}

/**
 * Prepares a schema for many tenants, as often as wanted: the application's role, which owns nothing and cannot step
 * around row-level security, its grants, and the functions that check who the tenant of a transaction is. Run it
 * before `migrate`, so that the tables of the migrations get their grants.
 *
 * @param ownerUrl the address of a role that may create roles and schemas
 * @throws SeaworthyError ERR_TENANCY_ROLE when the role exists and owns something or is a member of another role
 */
export async function provisionTenancy(
  ownerUrl: string,
  options: ProvisionTenancyOptions,
): Promise<ProvisionedTenancy> {
  const { schema, appRole, appPassword, tenancyKey } = resolveProvisionOptions(options)
  const verifier = await scramVerifier(appPassword)
  await withClient(ownerUrl, async (client) => {
    await client.query('BEGIN')
    await client.query("SELECT pg_advisory_xact_lock(hashtext('seaworthy tenancy'))")
    await provisionRole(client, { appRole, verifier })
    const known = await client.query('SELECT to_regclass($1) IS NOT NULL AS known', [`${schema}.tenancy_key`])
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`)
    if (known.rows[0]?.known !== true) await client.query(firstGrantsSql(schema, appRole))
    await client.query(functionsSql(schema))
    await client.query(grantsSql(schema, appRole))
    await client.query(largeObjectsSql)
    await storeKey(client, { schema, tenancyKey })
    await client.query('COMMIT')
  })
  const appUrl = new URL(ownerUrl)
  appUrl.username = encodeURIComponent(appRole)
  appUrl.password = encodeURIComponent(appPassword)
  return Object.freeze({ appUrl: appUrl.href })
}

const safeAttributes = {
  rolcanlogin: 'LOGIN',
  rolsuper: 'NOSUPERUSER',
  rolbypassrls: 'NOBYPASSRLS',
  rolinherit: 'NOINHERIT',
  rolcreatedb: 'NOCREATEDB',
  rolcreaterole: 'NOCREATEROLE',
  rolreplication: 'NOREPLICATION',
} as const

async function provisionRole(client: Client, role: { appRole: string; verifier: string }): Promise<void> {
  const { appRole, verifier } = role
  const { rows } = await client.query<Record<string, unknown>>('SELECT * FROM pg_roles WHERE rolname = $1', [
    appRole,
  ])
  const found = rows[0]
  if (found === undefined) {
    const attributes = Object.values(safeAttributes).join(' ')
    await client.query(`CREATE ROLE "${appRole}" ${attributes} PASSWORD '${verifier}'`)
    return
  }
  await refuseUnsafe(client, appRole)
  // Only what differs is set: to name some attributes at all takes a superuser.
  const wrong = Object.entries(safeAttributes).filter(
    ([column]) => found[column] !== (column === 'rolcanlogin'),
  )
  const attributes = wrong.map(([, attribute]) => attribute).join(' ')
  await client.query(`ALTER ROLE "${appRole}" ${attributes} PASSWORD '${verifier}'`)
}

/**
 * Large objects and temporary tables open no way around row-level security, and any role may have made them before it was
 * provisioned; they do not count as owning.
 */
async function refuseUnsafe(client: Client, appRole: string): Promise<void> {
  const { rows } = await client.query<{ is_self: boolean; member: boolean; owner: boolean }>(
    `SELECT rolname = current_user AS is_self,
            EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid) AS member,
            EXISTS (SELECT FROM pg_shdepend
                    WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid AND deptype = 'o'
                      AND classid <> 'pg_largeobject'::regclass
                      AND NOT (classid = 'pg_class'::regclass
                        AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                        AND objid IN (SELECT oid FROM pg_class WHERE relpersistence = 't'))) AS owner
     FROM pg_roles r WHERE rolname = $1`,
    [appRole],
  )
  const facts = rows[0]
  const fault =
    (facts?.is_self === true && 'is the role that owns the schema') ||
    (facts?.member === true && 'is a member of another role') ||
    (facts?.owner === true && 'owns objects')
  if (fault === undefined || fault === false) return
  throw postgresError(
    'ERR_TENANCY_ROLE',
    `Cannot provision the tenancy: role "${appRole}" must own nothing and be a member of no role, and it ${fault}; choose another appRole`,
    { details: { appRole } },
  )
}

/** Stores the key as the two blocks that HMAC-SHA256 starts from. */
async function storeKey(client: Client, options: { schema: string; tenancyKey: string }): Promise<void> {
  const given = Buffer.from(options.tenancyKey, 'utf8')
  const block = Buffer.alloc(64)
  const key = given.length > block.length ? createHash('sha256').update(given).digest() : given
  key.copy(block)
  await client.query(
    `INSERT INTO "${options.schema}".tenancy_key (inner_key, outer_key) VALUES ($1, $2)
     ON CONFLICT (only_one) DO UPDATE SET inner_key = excluded.inner_key, outer_key = excluded.outer_key`,
    [block.map((byte) => byte ^ 0x36), block.map((byte) => byte ^ 0x5c)],
  )
}

function isPassword(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{12,200}$/.test(value)
}
