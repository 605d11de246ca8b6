import { expect, test, vi } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { pipeline } from '../engine/pipeline.ts'
import { checkFaultRequest } from './fault-request.ts'
import { faultSwitch } from './fault-switch.ts'

function setUp(allowRequests: boolean) {
  const clock = manualClock()
  const faults = faultSwitch({ name: 'weather', allowRequests }, { clock })
  const work = vi.fn(async () => 'live')
  const guarded = pipeline([faults])
  return { clock, faults, work, call: (faultRequest?: string) => guarded.execute(work, { faultRequest }) }
}

test('faultSwitch: what calls ask for is ignored unless the switch was made to listen', async () => {
  const { faults, call } = setUp(false)
  expect(await call('error')).toBe('live')
  faults.set({ kind: 'latency', delay: 0 })
  expect(await call('error')).toBe('live')
  expect(await call('nonsense')).toBe('live')
})

test('faultSwitch: a call can ask for an error, with a code of its own', async () => {
  const { faults, work, call } = setUp(true)
  await expect(call('error')).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED' })
  await expect(call('error=ECONNRESET')).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(work).not.toHaveBeenCalled()
  expect(await call()).toBe('live')
  expect(faults.snapshot()).toMatchObject({ injected: 2, faults: [] })
})

test('faultSwitch: a call can ask for latency, also before an error', async () => {
  const { clock, call } = setUp(true)
  const slow = call('latency=200ms')
  await clock.advance(199)
  expect(clock.pending).toBe(1)
  await clock.advance(1)
  expect(await slow).toBe('live')
  const outcome = expect(call(' latency=1.5s , error ')).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED' })
  await clock.advance(1_500)
  await outcome
})

test('faultSwitch: a call can ask to hang', async () => {
  const { clock, call } = setUp(true)
  const settled = vi.fn()
  call('hang').then(settled, settled)
  await clock.advance(3_600_000)
  expect(settled).not.toHaveBeenCalled()
})

test('faultSwitch: what a call asks of one switch by name does not concern another', async () => {
  const { call } = setUp(true)
  expect(await call('square:error')).toBe('live')
  await expect(call('square:hang,weather:error')).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED' })
})

test('faultSwitch: what a call asks for is met before what is set', async () => {
  const { faults, call } = setUp(true)
  faults.set({ kind: 'result', value: 'set' })
  await expect(call('error')).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED' })
  expect(await call('square:error')).toBe('set')
  expect(faults.current?.met).toBe(1)
})

test.each([
  '',
  ' ',
  'explode',
  'error,',
  'latency',
  'latency=',
  'latency=fast',
  'latency=-1s',
  'latency=2d',
  'latency=200',
  'hang=1s',
  'xerror',
  'error x',
  'my latency=1s',
  'weather:',
  ':error',
  'error=E-CODE',
  'x'.repeat(500),
  'error=with space',
  'latency=1s;share=0.5',
  'result=1',
  'ERROR',
  `error=${'x'.repeat(65)}`,
  Array.from({ length: 21 }, () => 'error').join(),
])('faultSwitch: a call that asks for %j fails and says what can be asked for', async (text) => {
  const { faults, work, call } = setUp(true)
  await expect(call(text)).rejects.toMatchObject({
    code: 'ERR_FAULT_REQUEST_INVALID',
    status: 400,
    message: `Cannot inject a fault into "weather": must be a list of latency=<duration>, error, error=<code> or hang, received ${JSON.stringify(text)}`,
    details: { name: 'weather' },
  })
  expect(work).not.toHaveBeenCalled()
  expect(faults.snapshot().injected).toBe(0)
})

test('faultSwitch: a call that asks for too much is not shown in full', async () => {
  const { call } = setUp(true)
  await expect(call('x'.repeat(501))).rejects.toThrow(/, received 501 characters$/)
  await expect(call(`${' '.repeat(496)}error`)).rejects.toMatchObject({ code: 'ERR_FAULT_REQUEST_INVALID' })
  const longest = `${' '.repeat(495)}error`
  await expect(call(longest)).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED' })
  const most = Array.from({ length: 20 }, () => 'error').join()
  await expect(call(most)).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED' })
})

test('faultSwitch: what is wrong with a duration is the cause', async () => {
  const { call } = setUp(true)
  await expect(call('latency=2d')).rejects.toMatchObject({ cause: { code: 'ERR_INVALID_OPTION' } })
  const misspelt: unknown = await call('delay=2d').catch((error: unknown) => error)
  expect(Object.hasOwn(misspelt as object, 'cause')).toBe(false)
  await expect(call('other:latency=2d')).rejects.toMatchObject({ code: 'ERR_FAULT_REQUEST_INVALID' })
})

test('checkFaultRequest: refuses what no switch understands', () => {
  checkFaultRequest('latency=200ms,square:hang')
  expect(() => checkFaultRequest('explode')).toThrow(
    expect.objectContaining({
      code: 'ERR_FAULT_REQUEST_INVALID',
      status: 400,
      details: { name: 'any dependency' },
    }),
  )
})
