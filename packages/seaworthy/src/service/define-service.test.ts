import { levelChannel, manualClock, seededRandom, type LevelMessage } from 'seaworthy/core'
import { constant } from 'seaworthy/resilience'
import { expect, test } from 'vitest'
import { defineService } from './define-service.ts'
import { dependency } from './dependency.ts'
import type { ServiceOptions } from './service-options.ts'

function setup(options: Partial<ServiceOptions> = {}) {
  const clock = manualClock()
  const runtime = { clock, random: seededRandom('service') }
  const up = { database: true, weather: true }
  const probe = (name: keyof typeof up) => ({
    every: '10s' as const,
    call: () => (up[name] ? Promise.resolve() : Promise.reject(new Error('down'))),
  })
  const database = dependency({ name: 'database', importance: 'critical', probe: probe('database') }, runtime)
  const query = database.operation('query', { call: () => Promise.resolve(1), retry: false })
  const weather = dependency(
    {
      name: 'weather',
      retry: false,
      probe: probe('weather'),
      call: () => (up.weather ? Promise.resolve('sun') : Promise.reject(new Error('down'))),
      fallback: [constant('none', null)],
    },
    runtime,
  )
  const service = defineService(
    {
      name: 'shop',
      version: '1.2.3',
      dependencies: { database, weather },
      capabilities: { recommend: { needs: ['database'], uses: ['weather'] }, list: { needs: ['database'] } },
      objectives: [{ on: 'POST /recommendations', p95: '300ms', availability: 0.999 }],
      ...options,
    },
    runtime,
  )
  return { clock, up, service, weather, query }
}

test('service: ready once started, and not while starting, draining or stopped', async () => {
  const { service } = setup()
  expect(service.readiness()).toEqual({ ready: false, because: ['the service is idle'] })
  await service.start()
  expect(service.readiness()).toEqual({ ready: true, because: [] })
  service.drain()
  expect(service.readiness()).toEqual({ ready: false, because: ['the service is draining'] })
  await service.stop()
  await service.stop()
  expect(service.phase).toBe('stopped')
  await expect(service.start()).rejects.toMatchObject({ code: 'ERR_WRONG_PHASE' })
})

test('service: readiness fails when a critical dependency is down, and only then', async () => {
  const { clock, up, service } = setup()
  await service.start()
  up.weather = false
  await clock.advance(20_000)
  expect(service.readiness().ready).toBe(true)
  up.database = false
  await clock.advance(20_000)
  expect(service.readiness()).toEqual({ ready: false, because: ['database'] })
  up.database = true
  await clock.advance(10_000)
  expect(service.readiness().ready).toBe(true)
  await service.stop()
  expect(clock.pending).toBe(0)
})

test('service: levels are computed for each capability and say why', async () => {
  const { clock, up, service } = setup()
  await service.start()
  expect(service.level()).toBe('full')
  up.weather = false
  await clock.advance(20_000)
  expect(service.levels()).toEqual([
    { capability: 'recommend', level: 'degraded', because: ['weather'] },
    { capability: 'list', level: 'full', because: [] },
  ])
  up.database = false
  await clock.advance(20_000)
  expect(service.level()).toBe('unavailable')
  await service.stop()
})

function levelMessages() {
  const messages: LevelMessage[] = []
  const stop = levelChannel.subscribe((message) => messages.push(message))
  return { messages, [Symbol.dispose]: stop }
}

test('service: a change of level is published once, although nobody reads it', async () => {
  using levels = levelMessages()
  const { clock, up, service } = setup()
  await service.start()
  up.weather = false
  await clock.advance(20_000)
  expect(levels.messages).toEqual([
    { service: 'shop', capability: 'recommend', from: 'full', to: 'degraded', because: ['weather'] },
  ])
  up.weather = true
  await clock.advance(10_000)
  service.levels()
  expect(levels.messages.slice(1)).toEqual([
    { service: 'shop', capability: 'recommend', from: 'degraded', to: 'full', because: [] },
  ])
  await service.stop()
})

test('service: a breaker that opens changes the level at once, and time alone is noticed within a second', async () => {
  using levels = levelMessages()
  const clock = manualClock()
  const runtime = { clock, random: seededRandom('levels') }
  const mail = dependency(
    {
      name: 'mail',
      retry: false,
      breaker: { trip: { kind: 'consecutive', failures: 1 }, openFor: '30s' },
      call: () => Promise.reject(new Error('down')),
    },
    runtime,
  )
  const service = defineService(
    { name: 'post', dependencies: { mail }, capabilities: { send: { needs: ['mail'] } } },
    runtime,
  )
  await service.start()
  await expect(mail()).rejects.toThrow('down')
  expect(levels.messages.map(({ to }) => to)).toEqual(['unavailable'])
  await clock.advance(31_000)
  expect(levels.messages.map(({ to }) => to)).toEqual(['unavailable', 'degraded'])
  await service.stop()
  expect(clock.pending).toBe(0)
  mail.reset()
  expect(levels.messages.length).toBe(2)
})

test('service: an operation without a fallback that is declared later changes the level at once', async () => {
  using levels = levelMessages()
  const clock = manualClock()
  const runtime = { clock, random: seededRandom('late') }
  const mail = dependency({ name: 'mail' }, runtime)
  mail.operation('read', { call: () => Promise.resolve(1), fallback: [constant('none', 0)] })
  const service = defineService(
    { name: 'post', dependencies: { mail }, capabilities: { send: { needs: ['mail'] } } },
    runtime,
  )
  await service.start()
  mail.forceOpen('maintenance')
  mail.operation('write', { call: () => Promise.resolve(1) })
  expect(levels.messages.map(({ to }) => to)).toEqual(['minimal', 'unavailable'])
  await service.stop()
})

test('service: stopped while it starts, it does not come up and the start says so', async () => {
  const log: string[] = []
  const up = Promise.withResolvers<void>()
  const { clock, service } = setup({
    resources: [
      { name: 'a', start: () => up.promise, stop: () => Promise.resolve(void log.push('stop a')) },
      { name: 'b', start: () => Promise.resolve(void log.push('start b')) },
    ],
  })
  const started = service.start()
  started.catch(() => {})
  await clock.settle()
  const stopped = service.stop()
  expect(service.phase).toBe('draining')
  up.resolve()
  await stopped
  await expect(started).rejects.toMatchObject({ code: 'ERR_START_FAILED' })
  expect(log).toEqual(['stop a'])
  expect(service.phase).toBe('stopped')
  expect(clock.pending).toBe(0)
})

test('service: stopped while the first probes run, the start says so', async () => {
  const hanging = dependency({ name: 'hanging', probe: { call: () => new Promise(() => {}) } })
  const service = defineService({ name: 'shop', dependencies: { hanging } })
  const started = service.start()
  started.catch(() => {})
  await service.stop()
  await expect(started).rejects.toThrow('Cannot start shop: it was stopped before it was ready')
})

test('service: stopped before it was started, it cannot be started', async () => {
  const { service } = setup()
  await service.stop()
  await expect(service.start()).rejects.toMatchObject({ code: 'ERR_WRONG_PHASE' })
})

test('within: the level of an answer follows what it was built on, before any breaker opens', async () => {
  const { up, service, weather, query } = setup()
  up.weather = false
  await service.within('recommend', async (scope) => {
    await query()
    expect(scope.level()).toBe('full')
    await weather()
    expect(scope.level()).toBe('degraded')
    expect(scope.sources().map(({ dependency: name, source }) => `${name}: ${source}`)).toEqual([
      'database: live',
      'weather: none',
    ])
  })
})

test('within: refuses a capability that is not declared', () => {
  const { service } = setup()
  expect(() => service.within('nothing', () => 1)).toThrow('must be one of recommend, list')
})

test('defineService: refuses a capability that names an unknown dependency', () => {
  expect(() => setup({ capabilities: { recommend: { needs: ['databse'] } } })).toThrow(
    '"databse" must be one of database, weather',
  )
})

test('defineService: refuses dependencies under another name, and a capability that is not one', () => {
  const mail = dependency({ name: 'mail' })
  const define = (options: object) => () =>
    defineService({ name: 'post', dependencies: { mail }, ...options } as ServiceOptions)
  expect(define({ dependencies: { post: mail } })).toThrow(
    'dependency "mail" must stand under its own name, stands under "post"',
  )
  expect(define({ capabilities: { send: { needs: ['mail'], uses: ['mail'] } } })).toThrow(
    'it must either need or use "mail", does both',
  )
  expect(define({ capabilities: { send: { need: ['mail'] } } })).toThrow(
    'Cannot configure capability "send": "need" must be one of needs, uses',
  )
  expect(define({ objectives: [{ on: '/orders' }] })).toThrow('"on" must be a method and a route')
  expect(define({ objectives: [{ on: 'POST /orders', availability: 99.9 }] })).toThrow(
    '"availability" must be a number from 0 to 1',
  )
})

test('resources: when one does not start, those before it are stopped and the error names it', async () => {
  const log: string[] = []
  const { service } = setup({
    resources: [
      { name: 'a', stop: () => Promise.resolve(void log.push('stop a')) },
      { name: 'b', start: () => Promise.reject(new Error('no route')) },
    ],
  })
  await expect(service.start()).rejects.toThrow('Cannot start b: no route')
  expect(log).toEqual(['stop a'])
  expect(service.phase).toBe('stopped')
})

test('resources: one that hangs costs its limit and no more', async () => {
  const { clock, service } = setup({
    resourceLimit: '1s',
    resources: [{ name: 'a', start: () => new Promise(() => {}) }],
  })
  const started = service.start()
  started.catch(() => {})
  await clock.advance(1_000)
  await expect(started).rejects.toThrow(
    'Cannot start a: Cannot finish "start a": must end within 1s, was still running',
  )
})

test('describe: a service is plain data', () => {
  const described = setup().service.describe()
  expect(structuredClone(described)).toEqual(described)
  expect(described).toMatchObject({
    name: 'shop',
    version: '1.2.3',
    capabilities: { list: { needs: ['database'], uses: [] } },
    objectives: [{ on: 'POST /recommendations', p95Ms: 300, availability: 0.999 }],
  })
})
