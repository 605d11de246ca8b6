import type { Simulators } from '@seaworthy/simulators'
import { vi } from 'vitest'
import { EventsClient } from '../../src/clients/events-client.ts'
import { OpenMeteoClient } from '../../src/clients/open-meteo-client.ts'
import { SquareClient } from '../../src/clients/square-client.ts'

export const redirectUrl = 'http://localhost:4000/marketprep/api/square/callback'
export const kingston = { latitude: 41.927, longitude: -73.997 }

export function squareClient(simulators: Simulators): SquareClient {
  return new SquareClient({
    baseUrl: simulators.baseUrl('square'),
    applicationId: 'sandbox-sq0idb-seaworthy',
    applicationSecret: 'sandbox-sq0csb-seaworthy',
    redirectUrl,
  })
}

export function openMeteoClient(simulators: Simulators): OpenMeteoClient {
  const base = simulators.baseUrl('open-meteo')
  return new OpenMeteoClient({ forecastBaseUrl: base, archiveBaseUrl: base, geocodingBaseUrl: base })
}

export function eventsClient(simulators: Simulators): EventsClient {
  return new EventsClient({ baseUrl: simulators.baseUrl('events') })
}

/** What the seller's browser does: opens the consent page, allows, and follows to the redirect with a code. */
export async function consent(authorizeUrl: string, decision: 'approve' | 'deny' = 'approve'): Promise<URL> {
  const page = await fetch(authorizeUrl)
  if (!page.ok) throw new Error(`the consent page answered ${page.status}`)
  const form = new URL(authorizeUrl).searchParams
  form.set('decision', decision)
  const target = authorizeUrl.split('?')[0] ?? ''
  const answer = await fetch(target, { method: 'POST', body: form, redirect: 'manual' })
  return new URL(answer.headers.get('location') ?? 'invalid:')
}

/** Waits until a check holds: long enough for a busy machine. */
export function eventually(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { timeout: 10_000, interval: 20 })
}
