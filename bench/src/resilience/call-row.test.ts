import { systemClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import type { CallCase } from './call-case.ts'
import { timedRow } from './call-row.ts'
import type { Contender, Guard } from './contender.ts'
import { fallbackAnswer, work } from './work.ts'

const callCase: CallCase = { name: 'bulkhead success', guard: 'bulkhead', work, ends: 'answer' }

function measuredBeside(bulkhead: Guard) {
  const peer: Contender = { name: 'peer', version: '1.2.3', guards: { bulkhead } }
  return timedRow(callCase).measure({ clock: systemClock, isQuick: true, rounds: undefined, peers: [peer] })
}

test('timedRow: measures ours, the floor and the peers, and closes them', async () => {
  let closed = 0
  const measured = await measuredBeside((guarded) => ({ call: guarded, close: () => closed++ }))
  expect(measured).toEqual({
    unit: 'ns',
    ours: expect.any(Number),
    floor: expect.any(Number),
    peers: [{ name: 'peer', version: '1.2.3', value: expect.any(Number) }],
  })
  expect(closed).toBe(1)
})

test('timedRow: a peer that does not offer what the row is about is not in it', async () => {
  const peer: Contender = { name: 'peer', version: '1.2.3', guards: {} }
  const { peers } = await timedRow(callCase).measure({
    clock: systemClock,
    isQuick: true,
    rounds: undefined,
    peers: [peer],
  })
  expect(peers).toEqual([])
})

test('timedRow: a side whose calls end otherwise is not measured', async () => {
  const refusing: Guard = () => ({ call: () => Promise.reject(new Error('full')) })
  await expect(measuredBeside(refusing)).rejects.toThrow(
    'Cannot measure "bulkhead success": peer must end with answer, ended with refusal',
  )
})

test('timedRow: nor is one whose calls begin to end otherwise while it is measured', async () => {
  let [calls, closed] = [0, 0]
  const turning: Guard = (guarded) => ({
    call: () => (++calls <= 100 ? guarded() : Promise.resolve(fallbackAnswer)),
    close: () => closed++,
  })
  await expect(measuredBeside(turning)).rejects.toThrow('peer must end with answer, ended with fallback')
  expect(closed).toBe(1)
})
