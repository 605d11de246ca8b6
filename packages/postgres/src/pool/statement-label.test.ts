import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  DummyDriver,
  sql,
} from 'kysely'
import { expect, test } from 'vitest'
import { firstWords, statementLabel } from './statement-label.ts'

const db = new Kysely<{ 'shop.sale': { id: number; name: string } }>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (inner) => new PostgresIntrospector(inner),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

test('statementLabel: the kind and the table of a built statement', () => {
  const labels = [
    db.selectFrom('shop.sale').selectAll().where('name', '=', 'secret'),
    db.insertInto('shop.sale').values({ id: 1, name: 'secret' }),
    db.updateTable('shop.sale').set({ name: 'secret' }),
    db.deleteFrom('shop.sale').where('id', '=', 4711),
  ].map((query) => statementLabel(query.compile()))
  expect(labels).toEqual(['select shop.sale', 'insert shop.sale', 'update shop.sale', 'delete shop.sale'])
})

test('statementLabel: raw SQL is cut at the first thing that may be a value', () => {
  expect(statementLabel(sql`REFRESH MATERIALIZED VIEW totals WITH DATA`.compile(db))).toBe(
    'refresh materialized view totals',
  )
})

test.each([
  ["SELECT 'secret'", 'select'],
  ['SELECT 4711', 'select'],
  ["SELECT set_config('a','secret',true)", 'select'],
  ['SELECT $$secret$$', 'select'],
  ['COMMIT; RESET ALL', 'commit'],
  ['-- secret', 'statement'],
  ['', 'statement'],
])('firstWords: %j is %j', (text, words) => {
  expect(firstWords(text)).toBe(words)
})
