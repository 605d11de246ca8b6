import type { RunningHost } from './running-host.ts'

/** What an operator does over HTTP: breaks and mends what MarketPrep stands on. */

const outside = ['square', 'open-meteo', 'events'] as const

/** Ends unless the answer is a good one, so that a test never goes on with a fault that was not set. */
async function send(method: string, url: string, options: { body?: unknown; token?: string } = {}) {
  const headers = {
    ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
  }
  const body = options.body === undefined ? null : JSON.stringify(options.body)
  const answer = await fetch(url, { method, headers, body })
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${await answer.text()}`)
  return answer
}

/** The demo vendor's token: in development she may also administer. */
async function adminToken({ origin }: RunningHost): Promise<string> {
  const api = `${origin}/marketprep/api`
  const { demo } = (await (await send('GET', `${api}/demo`)).json()) as { demo: unknown }
  const session = await send('POST', `${api}/auth/login`, { body: demo })
  return ((await session.json()) as { accessToken: string }).accessToken
}

/** Adds a market of the demo vendor that is held every day, so that there is one today whatever day it is. */
export async function addDailyMarket(host: RunningHost, name: string): Promise<void> {
  const place = { latitude: 41.927, longitude: -73.997, timeZone: 'America/New_York' }
  const body = { name, ...place, marketWeekdays: [0, 1, 2, 3, 4, 5, 6] }
  await send('POST', `${host.origin}/marketprep/api/venues`, { body, token: await adminToken(host) })
}

/** Square, weather, events and the model fail from now on. */
export async function breakEverything(host: RunningHost): Promise<void> {
  for (const name of outside) {
    await send('PUT', `${host.simulators}/faults/${name}`, { body: { kind: 'down' } })
  }
  const url = `${host.origin}/marketprep/api/admin/dependencies/model/fault`
  await send('PUT', url, { body: { kind: 'error' }, token: await adminToken(host) })
}

/** All of them answer again. */
export async function mendEverything(host: RunningHost): Promise<void> {
  for (const name of outside) await send('DELETE', `${host.simulators}/faults/${name}`)
  const dependencies = `${host.origin}/marketprep/api/admin/dependencies`
  const token = await adminToken(host)
  await send('DELETE', `${dependencies}/model/fault`, { token })
}
