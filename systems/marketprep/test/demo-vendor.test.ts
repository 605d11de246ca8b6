import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  activeModelVersion,
  beginSquareSync,
  directoryTenant,
  findLogin,
  squareStatus,
} from '../src/data/index.ts'
import { createLogger } from 'seaworthy/telemetry'
import { demoAccount, DemoVendor } from '../src/demo/demo-vendor.ts'
import { startRig, type Rig } from './marketprep-rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig({ square: { historyWeeks: 16 } })
})
afterAll(() => rig[Symbol.asyncDispose]())

const demo = () => {
  const logger = createLogger({ service: 'demo', write: () => undefined })
  return new DemoVendor({ ...rig.parts, logger })
}
const vendorId = async () => {
  const login = await rig.db.as(directoryTenant, (tx) => findLogin(tx, demoAccount.email))
  return login?.vendorId ?? ''
}
const orders = () => rig.square.calls.filter(({ path }) => path === '/v2/orders/search').length

test('demo vendor: a start that is cut off goes on at the next, and a complete one does nothing', async () => {
  rig.simulators.setFault('square', { kind: 'error', status: 400, share: 1 })
  await demo().ensure()
  const id = await vendorId()
  expect(await rig.db.as(id, squareStatus)).toMatchObject({ connected: false })

  // The process dies in the middle of the first synchronisation: it stays marked as running.
  rig.simulators.setFault('square', undefined)
  await rig.connect(id)
  const now = new Date(rig.clock.wallTime()).toISOString()
  await rig.db.as(id, (tx) => beginSquareSync(tx, { startedAt: now, staleBefore: now }))
  await demo().ensure()
  expect(await rig.db.as(id, squareStatus)).toMatchObject({ connected: true, sync: 'idle' })
  const version = await rig.db.as(id, activeModelVersion)
  expect(version).toBeDefined()

  rig.square.reset()
  await demo().ensure()
  expect(orders()).toBe(0)
  expect(await rig.db.as(id, activeModelVersion)).toBe(version)

  // The process dies before the training.
  await rig.db.as(id, (tx) => tx.deleteFrom('marketprep.forecast_models').execute())
  await demo().ensure()
  expect(await rig.db.as(id, activeModelVersion)).toBeDefined()
  expect(orders()).toBe(0)
})

test('demo vendor: where there is to be none, she goes with all she has and can sign in no more', async () => {
  await demo().ensure()
  const id = await vendorId()
  const { refreshToken } = await rig.parts.accounts.signIn(demoAccount)
  await demo().remove()
  await demo().remove()
  expect(await vendorId()).toBe('')
  await expect(rig.parts.accounts.signIn(demoAccount)).rejects.toMatchObject({
    code: 'ERR_WRONG_CREDENTIALS',
  })
  await expect(rig.parts.accounts.refresh(refreshToken)).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED' })
  const left = await rig.db.as(id, (tx) => tx.selectFrom('marketprep.sales').select('source_line').execute())
  expect(left).toEqual([])
})
