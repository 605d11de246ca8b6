import { sleep, systemClock } from 'seaworthy/core'
import { defineService } from 'seaworthy/service'
import { expect, test, vi } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { listen } from '../test/raw-socket.ts'
import { drain } from './drain.ts'
import { drainOn } from './drain-on.ts'
import { addHealth } from './health-routes.ts'

function serviceWith(stop: () => Promise<void>, name = 'sample') {
  return defineService({ name, dependencies: {}, resources: [{ name: 'resource', stop }] })
}

async function running(stop: () => Promise<void>, answered: () => void = () => {}) {
  const { server, log } = await fixture({ clock: systemClock })
  const service = serviceWith(stop)
  addHealth(server, [service])
  server.get('/slow', async () => {
    await sleep(systemClock, 150)
    return { done: true }
  })
  server.addHook('onResponse', async (request) => {
    if (request.url === '/slow') answered()
  })
  await service.start()
  const port = await listen(server)
  return { server, service, log, origin: `http://127.0.0.1:${port}` }
}

test('drain: readiness turns first, what is in flight is answered, then the services stop', async () => {
  const order: string[] = []
  const { server, service, origin } = await running(
    async () => void order.push('stopped'),
    () => void order.push('answered'),
  )
  const slow = fetch(`${origin}/slow`).then((answer) => answer.text())
  await vi.waitFor(async () => expect((await fetch(`${origin}/health/live`)).status).toBe(200))
  const draining = drain(server, [service], { settle: '100ms' })
  const ready = await fetch(`${origin}/health/ready`)
  expect(ready.status).toBe(503)
  expect(ready.headers.get('connection')).toBe('close')
  expect(await draining).toMatchObject({ complete: true })
  expect(await slow).toBe('{"done":true}')
  expect(order).toEqual(['answered', 'stopped'])
  await expect(fetch(`${origin}/health/live`)).rejects.toThrow()
})

test('drain: a service that fails to stop makes the report incomplete and is logged', async () => {
  const order: string[] = []
  const { server, service, log } = await running(async () => void order.push('stopped'))
  const failing = { name: 'failing', drain() {}, stop: () => Promise.reject(new Error('stuck')) }
  expect(await drain(server, [service, failing], { settle: 0 })).toMatchObject({ complete: false })
  expect(order).toEqual(['stopped'])
  expect(log.all().map(({ event }) => event)).toContain('stop-failed')
})

test('drain: a service that never stops costs the grace and no more', async () => {
  const { server, service } = await running(() => new Promise(() => {}))
  const report = await drain(server, [service], { settle: 0, grace: '100ms' })
  expect(report.complete).toBe(false)
  expect(report.durationMs).toBeLessThan(5000)
})

test('drainOn: drains on a signal, tells the exit code, and can be taken back', async () => {
  const { server, service } = await running(async () => {})
  const codes: number[] = []
  const options = { signals: ['SIGUSR2'], settle: 0, exit: (code: number) => void codes.push(code) } as const
  using stop = drainOn(server, [service], options)
  process.emit('SIGUSR2')
  process.emit('SIGUSR2')
  await vi.waitFor(() => expect(codes).toEqual([0]))
  stop()
  expect(process.listenerCount('SIGUSR2')).toBe(0)
})
