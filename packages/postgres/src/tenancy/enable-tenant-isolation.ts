import { sql, type Kysely } from 'kysely'

export interface TenantIsolationOptions {
  readonly schema: string
  readonly table: string
  /** The column that says whose the row is, a UUID. Default `tenant_id`. */
  readonly column?: string
}

/**
 * Lets each tenant see and write only its own rows of a table, the table's owner included. For migrations; running it
 * again changes nothing.
 *
 * The sub-select is evaluated once for a statement, not for each row. Foreign keys are checked by PostgreSQL without
 * row-level security: make them composite, `(tenant_id, id)`, or a tenant can find out and refer to others' rows. The
 * same holds for unique constraints: begin them with the tenant.
 *
 * @param db the migration's handle
 */
export async function enableTenantIsolation<Schema>(
  db: Kysely<Schema>,
  options: TenantIsolationOptions,
): Promise<void> {
  const { schema, table, column = 'tenant_id' } = options
  const target = sql.id(schema, table)
  const own = sql`${sql.id(column)} = (SELECT ${sql.id(schema, 'current_tenant')}())`
  await sql`ALTER TABLE ${target} ENABLE ROW LEVEL SECURITY`.execute(db)
  await sql`ALTER TABLE ${target} FORCE ROW LEVEL SECURITY`.execute(db)
  await sql`DROP POLICY IF EXISTS tenant_isolation ON ${target}`.execute(db)
  await sql`CREATE POLICY tenant_isolation ON ${target} USING (${own}) WITH CHECK (${own})`.execute(db)
}
