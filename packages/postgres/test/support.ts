import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createHash, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/index.ts'

/** A folder for one test file that PostgreSQL's user can enter too. */
export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-postgres-'))
  await chmod(folder, 0o755)
  return folder
}

/** Removes a data folder, and its refuge for a root that keeps its data elsewhere. */
export async function removeFolder(folder: string, fallbackDir = '/var/lib/seaworthy'): Promise<void> {
  const refuge = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  await rm(folder, { recursive: true, force: true })
  await rm(join(fallbackDir, refuge), { recursive: true, force: true })
}

/** One server for a test file. */
export interface TestServer {
  /** The address of the server's superuser and first database. */
  readonly url: string
  /** Makes a new, empty database and returns its address as superuser. */
  freshDatabase(): Promise<string>
}

/** Starts a server before the tests of a file and removes it, with its data, after them. */
export function testServer(): TestServer {
  let folder: string
  let server: EmbeddedPostgres
  beforeAll(async () => {
    folder = await openFolder()
    server = await startEmbeddedPostgres({ dataDir: folder })
  }, 60_000)
  afterAll(async () => {
    await server.stop()
    await removeFolder(folder)
  }, 60_000)
  return {
    get url() {
      return server.url
    },
    async freshDatabase() {
      const name = `test_${randomBytes(6).toString('hex')}`
      await runSql(server.url, `CREATE DATABASE ${name}`)
      const url = new URL(server.url)
      url.pathname = `/${name}`
      return url.href
    },
  }
}

/** Runs raw SQL on a connection of its own and returns the rows of the last statement. */
export async function runSql(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const result = await client.query<Record<string, unknown>>(text, [...values])
    return result.rows ?? []
  } finally {
    await client.end()
  }
}
