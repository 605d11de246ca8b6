import { expect, test } from 'vitest'
import { adaptiveLimit } from '../adaptive/adaptive-limit.ts'
import { retryBudget } from '../budget/retry-budget.ts'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { constant } from '../fallback/derived-fallback.ts'
import { fallback } from '../fallback/fallback.ts'
import { hedge } from '../hedge/hedge.ts'
import { rateLimit } from '../rate-limit/rate-limit.ts'
import { retry } from '../retry/retry.ts'
import { clientThrottle } from '../shedding/client-throttle.ts'
import { timeout } from '../timeout/timeout.ts'
import { pipeline } from './pipeline.ts'
import type { Policy } from './policy.ts'

const refuse = (): never => {
  throw new Error('looked at')
}

const hostile = {
  'an error whose properties throw': () => {
    const error = new Error('down')
    for (const key of [
      'code',
      'status',
      'statusCode',
      'details',
      'response',
      'retryAfterMs',
      'headers',
      'cause',
      'name',
    ]) {
      Object.defineProperty(error, key, { get: refuse })
    }
    return error
  },
  'a proxy that refuses everything': () =>
    new Proxy(
      {},
      { get: refuse, has: refuse, getPrototypeOf: refuse, ownKeys: refuse, getOwnPropertyDescriptor: refuse },
    ),
  'an object without a prototype': () => Object.create(null) as object,
} as const

const policies: Readonly<Record<string, () => Policy>> = {
  timeout: () => timeout({ limit: '10s' }),
  retry: () => retry({ attempts: 2, backoff: () => 0, budget: retryBudget() }),
  breaker: () => circuitBreaker({ name: 'inner' }),
  'rate limit': () => rateLimit({ name: 'inner', limit: 100 }),
  'adaptive limit': () => adaptiveLimit({ name: 'inner' }),
  'client throttle': () => clientThrottle({ name: 'inner' }),
  hedge: () => hedge({ delay: '10s' }),
}

for (const [what, make] of Object.entries(hostile)) {
  test.each(Object.entries(policies))(
    `hostile values: ${what} goes through a %s, and slots around it come back`,
    async (_name, policy) => {
      const slots = bulkhead({ name: 'slots', concurrency: 2 })
      const line = pipeline([slots, policy()])
      for (let call = 0; call < 4; call++) {
        const thrown = make()
        const caught = await line
          .execute(() => Promise.reject(thrown))
          .then(
            () => expect.unreachable('it must fail'),
            // In an object, because a promise looks for a then in what it is resolved with.
            (error: unknown) => ({ error }),
          )
        expect(caught.error === thrown).toBe(true)
        expect(slots.snapshot().active).toBe(0)
      }
      const thrown = make()
      const told = await line.outcome(() => Promise.reject(thrown))
      expect(told.ok === false && told.error === thrown).toBe(true)
    },
  )

  test(`hostile values: ${what} is answered by a fallback`, async () => {
    const line = pipeline([fallback([constant('constant', 7)]), retry({ attempts: 2, backoff: () => 0 })])
    expect((await line.execute(() => Promise.reject(make()))).value).toBe(7)
  })
}

test.each([
  ['calls back three times', (onValue: (value: number) => void) => [1, 2, 3].forEach(() => onValue(1))],
  ['calls back and throws', (onValue: (value: number) => void) => [onValue(1), refuse()]],
  [
    'answers with a promise that never settles',
    (onValue: (value: number) => void) => {
      onValue(1)
      return new Promise(() => {})
    },
  ],
] as const)('hostile values: a promise whose own then %s settles a call once', async (_what, then) => {
  const slots = bulkhead({ name: 'slots', concurrency: 1 })
  const line = pipeline([slots])
  // oxlint-disable-next-line unicorn/no-thenable -- what instrumentation does to promises
  const odd = (): Promise<number> => Object.assign(Promise.resolve(1), { then }) as unknown as Promise<number>
  expect(await line.execute(odd)).toBe(1)
  expect(await line.execute(odd)).toBe(1)
  expect(slots.snapshot().active).toBe(0)
})
