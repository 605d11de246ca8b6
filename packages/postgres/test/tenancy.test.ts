import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  createDatabase,
  enableTenantIsolation,
  migrate,
  provisionTenancy,
  type Database,
  type ProvisionTenancyOptions,
} from '../src/index.ts'
import { tenantToken } from '../src/tenancy/tenant-token.ts'
import { runSql, testServer } from './support.ts'

interface Schema {
  sale: { tenant_id: string; id: number; product: string; amount: number }
  note: { tenant_id: string; id: number; sale_id: number }
}

const server = testServer()
const key = 'a key of the test that is long enough to be one'
const tenantA = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
const tenantB = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
let ownerUrl: string
let appUrl: string

function tenancy(overrides: Partial<ProvisionTenancyOptions> = {}): ProvisionTenancyOptions {
  return {
    schema: 'shop',
    appRole: 'shop_app',
    appPassword: 'password-of-the-app',
    tenancyKey: key,
    ...overrides,
  }
}

const migrations = {
  '001_sales': {
    async up(db: Parameters<typeof enableTenantIsolation>[0]) {
      await sql`CREATE TABLE sale (tenant_id uuid NOT NULL, id int NOT NULL, product text NOT NULL, amount int NOT NULL,
        PRIMARY KEY (tenant_id, id))`.execute(db)
      await sql`CREATE TABLE note (tenant_id uuid NOT NULL, id int NOT NULL, sale_id int NOT NULL, PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, sale_id) REFERENCES sale (tenant_id, id))`.execute(db)
      for (const table of ['sale', 'note']) await enableTenantIsolation(db, { schema: 'shop', table })
    },
  },
}

beforeAll(async () => {
  ownerUrl = await server.freshDatabase()
  appUrl = (await provisionTenancy(ownerUrl, tenancy())).appUrl
  await migrate(ownerUrl, { schema: 'shop', migrations })
  await using database = open()
  await database.transaction(
    (tx) => tx.insertInto('sale').values({ tenant_id: tenantA, id: 1, product: 'plum', amount: 7 }).execute(),
    { tenant: tenantA },
  )
}, 60_000)

function open(tenancyKey = key): Database<Schema> {
  return createDatabase<Schema>({
    url: appUrl,
    name: 'shop',
    schema: 'shop',
    tenancy: { schema: 'shop', key: tenancyKey },
  })
}

/** Raw SQL under the application's role, in one transaction of tenant B. */
async function asTenantB(text: string): Promise<readonly unknown[]> {
  await using database = open()
  return database.transaction(async (tx) => (await sql.raw<unknown>(text).execute(tx)).rows, {
    tenant: tenantB,
  })
}

async function sqlstateAsTenantB(text: string): Promise<unknown> {
  const error: unknown = await asTenantB(text).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error === undefined ? 'no error' : Reflect.get(Reflect.get(Object(error), 'details'), 'sqlstate')
}

/** What raw SQL with this setting sees, without any help of the library. */
async function rowsWithToken(token: string): Promise<number> {
  await using database = open()
  return database.transaction(async (tx) => {
    await sql`SELECT set_config('seaworthy.tenant', ${token}, true)`.execute(tx)
    return (await sql`SELECT * FROM sale`.execute(tx)).rows.length
  })
}

const later = 4_000_000_000

describe('tenancy: its own rows', () => {
  test('a tenant reads and writes them, without a tenant there are none', async () => {
    await using database = open()
    const all = (tenant?: string): Promise<number> =>
      database.transaction(
        async (tx) => (await tx.selectFrom('sale').selectAll().execute()).length,
        tenant === undefined ? {} : { tenant },
      )
    expect([await all(tenantA), await all(tenantB), await all()]).toEqual([1, 0, 0])
  })

  test('a tenant that is no UUID, and a key that is another, are errors and not empty answers', async () => {
    await using database = open()
    const nobody = database.transaction(() => Promise.resolve(), { tenant: "x'; DROP TABLE sale" })
    await expect(nobody).rejects.toMatchObject({ code: 'ERR_TENANT_INVALID' })
    await using stranger = open('some other key that is long enough to be one')
    const refused = stranger.transaction(() => Promise.resolve(), { tenant: tenantA })
    await expect(refused).rejects.toMatchObject({ code: 'ERR_TENANT_INVALID' })
  })

  test('the owner is held to the policies too, and the check is one initplan and not one call a row', async () => {
    const rows = await runSql(
      ownerUrl,
      `SELECT relforcerowsecurity AS forced FROM pg_class WHERE relname IN ('sale', 'note')`,
    )
    expect(rows).toEqual([{ forced: true }, { forced: true }])
    const plan = JSON.stringify(await asTenantB('EXPLAIN (COSTS OFF) SELECT * FROM sale'))
    expect(plan).toContain('InitPlan')
    expect(plan).toMatch(/Index Cond: \(tenant_id = \(InitPlan|tenant_id = \$0|\(InitPlan 1\)\.col1/)
  })
})

describe('tenancy: tenant B with raw SQL under the role of the application', () => {
  test('reads nothing of A', async () => {
    expect(await asTenantB('SELECT * FROM sale')).toEqual([])
    expect(await asTenantB(`SELECT * FROM sale WHERE tenant_id = '${tenantA}'`)).toEqual([])
    expect(await asTenantB('SELECT count(*)::int AS n, sum(amount) AS total FROM sale')).toEqual([
      { n: 0, total: null },
    ])
  })

  test('writes nothing of A', async () => {
    expect(await asTenantB(`UPDATE sale SET amount = 0 RETURNING 1`)).toEqual([])
    expect(await asTenantB(`DELETE FROM sale RETURNING 1`)).toEqual([])
    expect(await sqlstateAsTenantB(`INSERT INTO sale VALUES ('${tenantA}', 9, 'forged', 1)`)).toBe('42501')
    await asTenantB(`INSERT INTO sale VALUES ('${tenantB}', 1, 'own', 1)`)
    expect(await sqlstateAsTenantB(`UPDATE sale SET tenant_id = '${tenantA}'`)).toBe('42501')
    await asTenantB('DELETE FROM sale')
    expect(await sqlstateAsTenantB('TRUNCATE sale')).toBe('42501')
  })

  test('infers nothing of A: not by keys, references, functions on the way to the policy, plans or statistics', async () => {
    const collision = await sqlstateAsTenantB(`INSERT INTO sale VALUES ('${tenantA}', 1, 'is it there?', 1)`)
    const absence = await sqlstateAsTenantB(`INSERT INTO sale VALUES ('${tenantA}', 77, 'is it there?', 1)`)
    expect([collision, absence]).toEqual(['42501', '42501'])
    expect(await sqlstateAsTenantB(`INSERT INTO note VALUES ('${tenantB}', 1, 1)`)).toBe('23503')
    expect(await asTenantB('SELECT 1 / (amount - 7) FROM sale')).toEqual([])
    expect(await asTenantB('SELECT * FROM sale WHERE 1 / (amount - 7) > 0')).toEqual([])
    await runSql(ownerUrl, 'ANALYZE shop.sale')
    expect(await asTenantB(`SELECT * FROM pg_stats WHERE tablename = 'sale'`)).toEqual([])
    expect(await sqlstateAsTenantB('SELECT * FROM pg_statistic')).toBe('42501')
  })

  test.each([
    ['a bare UUID', tenantA],
    ['no signature', `${tenantA}.${later}.`],
    ['zeros for a signature', `${tenantA}.${later}.${'0'.repeat(64)}`],
    [
      'a signature by another key',
      tenantToken(tenantA, { key: 'another key that is also long enough', expires: later }),
    ],
    [
      'its own signature on the name of A',
      tenantToken(tenantB, { key, expires: later }).replace(tenantB, tenantA),
    ],
    ['a later expiry', tenantToken(tenantA, { key, expires: 1_000 }).replace('.1000.', `.${later}.`)],
    ['an expired token', tenantToken(tenantA, { key, expires: 1_000_000_000 })],
    ['SQL in the token', `${tenantA}.${later}.' OR true --`],
    ['a line break after a good token', `${tenantToken(tenantA, { key, expires: later })}\n`],
  ])('does not become A with %s', async (_name, token) => {
    expect(await rowsWithToken(token)).toBe(0)
  })

  test('the good token works, so the forgeries above fail for what is wrong with them', async () => {
    expect(await rowsWithToken(tenantToken(tenantA, { key, expires: later }))).toBe(1)
  })

  test('finds no token of A and no key: not in the activity of others, not in settings, tables or functions', async () => {
    await using other = open()
    const held = Promise.withResolvers<void>()
    const entered = Promise.withResolvers<void>()
    const held_ = other.transaction(
      () => {
        entered.resolve()
        return held.promise
      },
      { tenant: tenantA },
    )
    await entered.promise
    const activity = JSON.stringify(await asTenantB('SELECT query FROM pg_stat_activity'))
    held.resolve()
    await held_
    expect(activity).toContain('enter_tenant')
    expect(activity).not.toContain(tenantA)
    await using database = open()
    await database.transaction(() => Promise.resolve(), { tenant: tenantA })
    const left = await database.transaction((tx) =>
      sql`SELECT coalesce(current_setting('seaworthy.tenant', true), '') AS token`.execute(tx),
    )
    expect(left.rows).toEqual([{ token: '' }])
    expect(await sqlstateAsTenantB('SELECT * FROM tenancy_key')).toBe('42501')
    expect(await sqlstateAsTenantB('COPY tenancy_key TO STDOUT')).toBe('42501')
  })

  test('objects of the same names in a schema of its own do not stand in for what current_tenant uses', async () => {
    await runSql(ownerUrl, 'CREATE SCHEMA playground; GRANT ALL ON SCHEMA playground TO shop_app')
    await using database = open()
    const stop = new Error('roll back')
    let seen: readonly unknown[] | undefined
    const trick = database.transaction(
      async (tx) => {
        for (const statement of [
          'CREATE TEMP TABLE tenancy_key (inner_key bytea, outer_key bytea)',
          "INSERT INTO pg_temp.tenancy_key VALUES ('', '')",
          "CREATE FUNCTION playground.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT ''::bytea $$",
          "CREATE FUNCTION playground.encode(bytea, text) RETURNS text LANGUAGE sql AS $$ SELECT repeat('0', 64) $$",
          'SET LOCAL search_path = pg_temp, playground, pg_catalog, shop',
          `SET LOCAL seaworthy.tenant = '${tenantA}.${later}.${'0'.repeat(64)}'`,
        ]) {
          await sql.raw(statement).execute(tx)
        }
        seen = (await sql`SELECT * FROM shop.sale`.execute(tx)).rows
        throw stop
      },
      { tenant: tenantB },
    )
    await expect(trick).rejects.toBe(stop)
    expect(seen).toEqual([])
    expect(
      await sqlstateAsTenantB('CREATE FUNCTION shop.trick() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'),
    ).toBe('42501')
  })

  test.each([
    ['SET ROLE postgres', '42501'],
    ['SET SESSION AUTHORIZATION postgres', '42501'],
    ['ALTER TABLE sale DISABLE ROW LEVEL SECURITY', '42501'],
    ['ALTER TABLE sale NO FORCE ROW LEVEL SECURITY', '42501'],
    ['DROP POLICY tenant_isolation ON sale', '42501'],
    ['CREATE POLICY everything ON sale USING (true)', '42501'],
    ['ALTER POLICY tenant_isolation ON sale USING (true)', '42501'],
    ['ALTER ROLE shop_app BYPASSRLS', '42501'],
    ['GRANT postgres TO shop_app', '42501'],
    [
      `CREATE OR REPLACE FUNCTION shop.current_tenant() RETURNS uuid LANGUAGE sql AS $$ SELECT '${tenantA}'::uuid $$`,
      '42501',
    ],
    ['CREATE VIEW shop.all_sales AS SELECT * FROM shop.sale', '42501'],
    [
      'CREATE TRIGGER spy AFTER INSERT ON sale EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      '42501',
    ],
    ["COPY sale TO PROGRAM 'cat'", '42501'],
    ['SET LOCAL session_replication_role = replica', '42501'],
    ['DELETE FROM shop_migrations.kysely_migration', '42501'],
  ])('may not: %s', async (statement, sqlstate) => {
    expect(await sqlstateAsTenantB(statement)).toBe(sqlstate)
  })

  test('row_security = off is an error and shows nothing', async () => {
    expect(await sqlstateAsTenantB('SET LOCAL row_security = off; SELECT * FROM sale')).toBe('42501')
  })

  test('what A has is as it was', async () => {
    await using database = open()
    const rows = await database.transaction((tx) => tx.selectFrom('sale').selectAll().execute(), {
      tenant: tenantA,
    })
    expect(rows).toEqual([{ tenant_id: tenantA, id: 1, product: 'plum', amount: 7 }])
  })
})

describe('provisionTenancy', () => {
  test('can be run again, with a new key, without giving back what a migration revoked', async () => {
    const url = await server.freshDatabase()
    const options = tenancy({ schema: 'twice', appRole: 'twice_app' })
    await provisionTenancy(url, options)
    await migrate(url, {
      schema: 'twice',
      migrations: {
        '001': {
          async up(db) {
            await sql`CREATE TABLE audit (line text)`.execute(db)
            await sql`REVOKE DELETE ON audit FROM twice_app`.execute(db)
          },
        },
      },
    })
    const again = await provisionTenancy(url, { ...options, tenancyKey: `${key} but new` })
    const may = `SELECT has_table_privilege('twice.audit', 'INSERT') AS add, has_table_privilege('twice.audit', 'DELETE') AS remove`
    expect(await runSql(again.appUrl, may)).toEqual([{ add: true, remove: false }])
  })

  test('repairs a role that was given too much, and refuses one that owns things or is a member', async () => {
    const url = await server.freshDatabase()
    await runSql(url, 'CREATE ROLE grown LOGIN SUPERUSER BYPASSRLS')
    await provisionTenancy(url, tenancy({ schema: 'grown', appRole: 'grown' }))
    const [role] = await runSql(
      url,
      `SELECT rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = 'grown'`,
    )
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolinherit: false })

    await runSql(url, 'CREATE TABLE public.mine (n int); ALTER TABLE public.mine OWNER TO grown')
    const owner = provisionTenancy(url, tenancy({ schema: 'grown', appRole: 'grown' }))
    await expect(owner).rejects.toMatchObject({ code: 'ERR_TENANCY_ROLE' })
    await runSql(url, 'CREATE ROLE member LOGIN; GRANT pg_read_all_data TO member')
    const member = provisionTenancy(url, tenancy({ schema: 'grown', appRole: 'member' }))
    await expect(member).rejects.toMatchObject({ code: 'ERR_TENANCY_ROLE' })
    const self = provisionTenancy(url, tenancy({ schema: 'grown', appRole: 'postgres' }))
    await expect(self).rejects.toMatchObject({ code: 'ERR_TENANCY_ROLE' })
  })

  test('may run in several processes at once', async () => {
    const url = await server.freshDatabase()
    const options = tenancy({ schema: 'race', appRole: 'race_app' })
    const runs = await Promise.all([1, 2, 3].map(() => provisionTenancy(url, options)))
    expect(new Set(runs.map((run) => run.appUrl)).size).toBe(1)
  })

  test('the application makes no large object, and one from before does not keep it from being provisioned', async () => {
    const url = await server.freshDatabase()
    const role = tenancy({ appRole: 'large_app' })
    const app = new URL((await provisionTenancy(url, role)).appUrl)
    for (const text of ['lo_create(0)', 'lo_creat(-1)', `lo_from_bytea(0, 'x')`]) {
      await expect(runSql(app.href, `SELECT ${text}`)).rejects.toMatchObject({ code: '42501' })
    }
    await runSql(url, 'GRANT EXECUTE ON FUNCTION lo_create(oid) TO large_app')
    await runSql(app.href, 'SELECT lo_create(0)')
    await using other = createDatabase<Schema>({ url: app.href, name: 'other', schema: 'shop' })
    await other.transaction(async (tx) => {
      await sql`CREATE TEMP TABLE held (n int)`.execute(tx)
      await expect(provisionTenancy(url, role)).resolves.toMatchObject({ appUrl: app.href })
    })
  })
})
