import { Client, type ClientConfig } from 'pg'

/** Cancels what a server process runs, from a connection of its own. What cannot be cancelled ends by its own limit. */
export async function cancelBackend(config: ClientConfig, backendPid: number): Promise<void> {
  const client = new Client(config)
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT pg_cancel_backend($1)', [backendPid])
  } catch {
    // The server is gone or full: the statement's own limit ends it.
  } finally {
    await client.end().catch(() => undefined)
  }
}
