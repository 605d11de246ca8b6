import { sql, type Kysely } from 'kysely'
import { enableTenantIsolation } from '@seaworthy/postgres'

/**
 * Vendors, who are the tenants, and how they sign in. Logins and refresh tokens are looked up before the vendor is
 * known, so they cannot stand behind row-level security: they live in a schema that the application's role cannot
 * enter, behind functions that answer one question each.
 */
export const accounts = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create schema marketprep_private`.execute(db)
    await sql`revoke all on schema marketprep_private from public`.execute(db)
    await createIdFunction(db)

    await sql`create table marketprep.vendors (
      id uuid primary key default marketprep.current_tenant(),
      business_name text not null check (length(business_name) between 1 and 120),
      created_at timestamptz not null default now()
    )`.execute(db)
    await enableTenantIsolation(db, { schema: 'marketprep', table: 'vendors', column: 'id' })

    await sql`create table marketprep_private.logins (
      vendor_id uuid primary key references marketprep.vendors (id) on delete cascade,
      email text not null check (length(email) <= 254),
      password_hash text not null,
      role text not null check (role in ('vendor', 'admin')),
      created_at timestamptz not null default now()
    )`.execute(db)
    await sql`create unique index logins_email on marketprep_private.logins (lower(email))`.execute(db)

    await sql`create table marketprep_private.refresh_tokens (
      token_hash bytea primary key,
      vendor_id uuid not null references marketprep.vendors (id) on delete cascade,
      family uuid not null,
      expires_at timestamptz not null,
      rotated_at timestamptz,
      revoked_at timestamptz
    )`.execute(db)
    await sql`create index refresh_tokens_family on marketprep_private.refresh_tokens (family)`.execute(db)
    await sql`create index refresh_tokens_vendor on marketprep_private.refresh_tokens (vendor_id, expires_at)`.execute(
      db,
    )
  },
}

/** Ids in the order of their making where the server can (PostgreSQL 18), random ones before. */
async function createIdFunction(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ modern: boolean }>`
    select current_setting('server_version_num')::integer >= 180000 as modern`.execute(db)
  const body = sql.raw(rows[0]?.modern === true ? 'uuidv7()' : 'gen_random_uuid()')
  await sql`create function marketprep.new_id() returns uuid language sql volatile return ${body}`.execute(db)
}
