import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { sql } from 'kysely'
import { instant } from './columns.ts'
import type { MarketprepTransaction } from './schema.ts'

const [compress, expand] = [promisify(gzip), promisify(gunzip)]

/** A trained model as stored. */
export interface ForecastModelRecord {
  readonly version: string
  /** An instant. */
  readonly trainedAt: string
  /** How good it was when trained, for people and for the choice of the next. */
  readonly metrics: Readonly<Record<string, number>>
  /** The model itself, JSON. Stored compressed. */
  readonly body: unknown
}

/** How many models a vendor keeps: the active one and those before it. */
const modelsKept = 5

/** A stored model is at most this long once expanded; more is refused as damaged. */
const bodyBytesMax = 64 * 1_024 * 1_024

/** Stores a model as the vendor's active one and drops all but the newest five. */
export async function activateForecastModel(
  tx: MarketprepTransaction,
  model: ForecastModelRecord,
): Promise<void> {
  const body = await compress(JSON.stringify(model.body))
  await sql`update marketprep.forecast_models set is_active = false where is_active`.execute(tx)
  await sql`
    insert into marketprep.forecast_models (version, trained_at, metrics, body, is_active)
    values (${model.version}, ${model.trainedAt}::timestamptz, ${JSON.stringify(model.metrics)}::jsonb, ${body}, true)
    on conflict (vendor_id, version) do update set
      trained_at = excluded.trained_at, metrics = excluded.metrics, body = excluded.body, is_active = true`.execute(
    tx,
  )
  await sql`
    delete from marketprep.forecast_models where not is_active and id not in (
      select id from marketprep.forecast_models order by is_active desc, trained_at desc, id desc limit ${modelsKept}
    )`.execute(tx)
}

/** The version of the active model; undefined before the first training. Cheap: ask it before loading the body. */
export async function activeModelVersion(tx: MarketprepTransaction): Promise<string | undefined> {
  const row = await tx
    .selectFrom('marketprep.forecast_models')
    .select('version')
    .where('is_active', '=', true)
    .executeTakeFirst()
  return row?.version
}

/** The active model; undefined before the first training. */
export async function findActiveModel(tx: MarketprepTransaction): Promise<ForecastModelRecord | undefined> {
  const { rows } = await sql<Omit<ForecastModelRecord, 'body'> & { body: Uint8Array }>`
    select version, ${instant('trained_at')} as "trainedAt", metrics, body
    from marketprep.forecast_models where is_active`.execute(tx)
  const [row] = rows
  if (row === undefined) return undefined
  const text = await expand(row.body, { maxOutputLength: bodyBytesMax })
  const body: unknown = JSON.parse(text.toString('utf8'))
  return { ...row, body }
}
