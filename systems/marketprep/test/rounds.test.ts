import { manualClock } from 'seaworthy/core'
import { createLogger, type LogLine } from 'seaworthy/telemetry'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { squareStatus } from '../src/data/index.ts'
import { Rounds } from '../src/rounds.ts'
import { startRig, type Rig } from './marketprep-rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig({ square: { historyWeeks: 1 } })
})
afterAll(() => rig[Symbol.asyncDispose]())

const minute = 60_000

test('rounds: every vendor is brought up to date, one that fails does not stop the others, until the stop', async () => {
  const clock = manualClock()
  const lines: LogLine[] = []
  const logger = createLogger({ service: 'test', write: (line) => void lines.push(line) })
  const [first, revoked, last] = [
    await rig.addSeller('First'),
    await rig.addSeller('Broken'),
    await rig.addSeller('Last'),
  ]
  await rig.db.addVendor('Unconnected')
  await rig.db.as(revoked, (tx) =>
    tx.updateTable('marketprep.square_connections').set({ access_token_encrypted: 'unreadable' }).execute(),
  )
  const rounds = new Rounds({ ...rig.parts, clock, logger })
  const ended = (count: number) =>
    vi.waitFor(() => expect(lines.filter(({ level }) => level === 'info')).toHaveLength(count), 20_000)
  rounds.start()
  await clock.advance(10 * minute)
  expect(rig.square.calls.some(({ path }) => path === '/v2/orders/search')).toBe(false)
  await clock.advance(minute)
  await ended(1)
  for (const vendorId of [first, last]) {
    expect(await rig.db.as(vendorId, squareStatus)).toMatchObject({ sync: 'idle' })
  }
  expect(lines).toMatchObject([
    { level: 'warn', event: 'round', vendorId: revoked },
    { level: 'info', vendors: 4 },
  ])
  expect(clock.pending).toBe(1)
  await clock.advance(6 * 60 * minute)
  await ended(2)

  rig.simulators.setFault('square', { kind: 'hang' })
  await clock.advance(6 * 60 * minute)
  await rounds.stop()
  expect(clock.pending).toBe(0)
  expect(lines.filter(({ level }) => level === 'info')).toHaveLength(2)
})
