import { Client, type ClientConfig } from 'pg'
import { databaseError } from './database-error.ts'

export interface WithClientOptions extends ClientConfig {
  /** What the connection is for, in errors. */
  readonly purpose?: string
}

const defaultLimits = {
  connectionTimeoutMillis: 4_000,
  statement_timeout: 60_000,
  lock_timeout: 10_000,
} as const

/** Runs work on a connection of its own and ends it. Errors of the driver come out coded. */
export async function withClient<T>(
  url: string,
  work: (client: Client) => Promise<T>,
  options: WithClientOptions = {},
): Promise<T> {
  const { purpose = 'statement', ...config } = options
  const client = new Client({ ...defaultLimits, ...config, connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await work(client)
  } catch (error) {
    throw databaseError(error, purpose)
  } finally {
    await client.end().catch(() => undefined)
  }
}
