import { levelChannel, manualClock, seededRandom, type LevelMessage } from 'seaworthy/core'
import { constant } from 'seaworthy/resilience'
import { expect, test } from 'vitest'
import { defineService, type ServiceOptions } from './define-service.ts'
import { dependency } from './dependency.ts'
import type { Resource } from './service.ts'

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

test('service: a change of level is published once', async () => {
  const { clock, up, service } = setup()
  const messages: LevelMessage[] = []
  using _ = levelChannel.subscribe((message) => messages.push(message))
  await service.start()
  up.weather = false
  await clock.advance(20_000)
  service.levels()
  service.levels()
  expect(messages).toEqual([
    { service: 'shop', capability: 'recommend', from: 'full', to: 'degraded', because: ['weather'] },
  ])
  await service.stop()
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

test('resources: start in order, stop in reverse', async () => {
  const log: string[] = []
  const resource = (name: string): Resource => ({
    name,
    start: () => Promise.resolve(void log.push(`start ${name}`)),
    stop: () => Promise.resolve(void log.push(`stop ${name}`)),
  })
  const { service } = setup({ resources: [resource('a'), resource('b')] })
  await service.start()
  await service.stop()
  expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a'])
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
  await expect(started).rejects.toThrow('Cannot start a: Cannot start a: must take at most 1000 ms')
})

test('resources: one that does not stop does not keep the others', async () => {
  const warnings: string[] = []
  const listen = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', listen)
  const log: string[] = []
  const { clock, service } = setup({
    resources: [
      { name: 'a', stop: () => Promise.resolve(void log.push('stop a')) },
      { name: 'b', stop: () => Promise.reject(new Error('stuck')) },
    ],
  })
  await service.start()
  await service.stop()
  await clock.settle()
  process.off('warning', listen)
  expect(log).toEqual(['stop a'])
  expect(warnings).toContain('stuck')
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
