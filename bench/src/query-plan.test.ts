import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, startEmbeddedPostgres } from '@seaworthy/postgres'
import type { MarketprepTables } from '@seaworthy/system-marketprep/data'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { queryPlan } from './query-plan.ts'

test('queryPlan: the plan of raw and of built statements, sub-queries included, and no rows', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'seaworthy-bench-'))
  // PostgreSQL's own user has to enter the folder, also when a root runs this.
  await chmod(dataDir, 0o755)
  const server = await startEmbeddedPostgres({ dataDir })
  const database = createDatabase<MarketprepTables>({ url: server.url, name: 'plan' })
  const results: unknown[] = []
  const lines = await database.transaction((tx) =>
    queryPlan(tx, async (planned) => {
      results.push((await sql`select generate_series(1, 3)`.execute(planned)).rows)
      const inner = planned.selectNoFrom(sql<number>`generate_series(1, 7)`.as('n'))
      results.push(await planned.selectFrom(inner.as('inner')).selectAll().execute())
    }),
  )
  await database.close()
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
  expect(results).toEqual([[], []])
  expect(lines.filter((line) => line.startsWith('Execution Time'))).toHaveLength(2)
  expect(lines.join('\n')).toMatch(/ProjectSet.*rows=3\.00[^]*rows=7\.00/)
})
