/** A server in a process of its own, to be ended by signals. Its port is the first thing it says to its parent. */
import type { AddressInfo } from 'node:net'
import { sleep, systemClock, type Duration } from 'seaworthy/core'
import { defineService } from 'seaworthy/service'
import { addHealth, addService, createHttpServer, drainOn } from '../src/index.ts'

const [settle = '250ms', grace = '5s'] = process.argv.slice(2) as Duration[]
const server = await createHttpServer({ rateLimit: false, log: { level: 'fatal' } })
const service = defineService({
  name: 'drained',
  dependencies: {},
  resources: [
    {
      name: 'sample',
      stop: async () => {
        await sleep(systemClock, 20)
        process.send?.({ stopped: true })
      },
    },
  ],
})
await addService(server, {
  service,
  docs: false,
  routes: (scope) => {
    scope.get('/work/:ms', async (request) => {
      await sleep(systemClock, Number((request.params as { ms: string }).ms))
      return { done: true }
    })
    scope.post('/echo', async (request) => request.body)
  },
})
addHealth(server, [service])
await service.start()
await server.listen({ port: 0, host: '127.0.0.1' })
drainOn(server, [service], { settle, grace })
process.send?.({ port: (server.server.address() as AddressInfo).port })
