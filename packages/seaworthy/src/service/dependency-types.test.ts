import { constant, derive, lastGood, type Answer } from 'seaworthy/resilience'
import { expect, expectTypeOf, test } from 'vitest'
import { dependency } from './dependency.ts'

interface Rate {
  readonly perEuro: number
}

test('dependency: no arguments and no fallback', async () => {
  const time = dependency({ name: 'time', call: () => Promise.resolve(5) })
  expectTypeOf(time).parameters.toEqualTypeOf<[]>()
  expectTypeOf(time).returns.resolves.toEqualTypeOf<Answer<number, never>>()
  expectTypeOf((await time()).source).toEqualTypeOf<'live'>()
  expect(await time()).toMatchObject({ value: 5, source: 'live' })
})

test('dependency: the context needs no annotation, however many arguments follow', async () => {
  const rates = dependency({
    name: 'rates',
    call: async (call, from: string, to: string, amount: number): Promise<Rate> => {
      expectTypeOf(call.signal).toEqualTypeOf<AbortSignal>()
      expectTypeOf(call.attempt).toEqualTypeOf<number>()
      expectTypeOf(call.headers).toEqualTypeOf<Readonly<Record<string, string>>>()
      return { perEuro: from.length + to.length + amount }
    },
  })
  expectTypeOf(rates).parameters.toEqualTypeOf<[from: string, to: string, amount: number]>()
  expectTypeOf(rates.with({})).parameters.toEqualTypeOf<[from: string, to: string, amount: number]>()
  expect((await rates('EUR', 'CHF', 2)).value).toEqual({ perEuro: 8 })
})

test('dependency: value and source are the unions of the call and its fallbacks', async () => {
  const rate = dependency({
    name: 'rate',
    retry: false,
    call: (_call, currency: string): Promise<Rate> => Promise.reject(new Error(currency)),
    fallback: [
      lastGood({ maxAge: '1h' }),
      derive('table', (currency: string) => {
        if (currency === 'EUR') return 1
        throw new RangeError('not in the table')
      }),
      constant('none', null),
    ],
  })
  expectTypeOf(rate).returns.resolves.toEqualTypeOf<
    Answer<Rate | number | null, 'last-good' | 'table' | 'none'>
  >()
  expect(await rate('EUR')).toMatchObject({ value: 1, source: 'table' })
  expect(await rate('XXX')).toMatchObject({ value: null, source: 'none' })
})

test('operation: infers as a dependency does', async () => {
  const square = dependency({ name: 'square' })
  const orders = square.operation('orders', {
    call: ({ signal }, merchant: string, page: number) =>
      Promise.resolve({ merchant, page, aborted: signal.aborted }),
    fallback: [constant('none', [])],
  })
  expectTypeOf(orders).parameters.toEqualTypeOf<[merchant: string, page: number]>()
  expectTypeOf((await orders('m', 1)).source).toEqualTypeOf<'live' | 'none'>()
  expectTypeOf(square.operation('ping', { call: () => Promise.resolve() })).returns.resolves.toEqualTypeOf<
    Answer<void, never>
  >()
  expect((await orders('m', 1)).value).toEqual({ merchant: 'm', page: 1, aborted: false })
})

test('dependency: a fallback that asks for other arguments than the call has does not compile', () => {
  const declare = (): unknown =>
    dependency({
      name: 'rate',
      // @ts-expect-error the call hands on a text, the step wants a number
      call: (_call, currency: string) => Promise.resolve(currency),
      fallback: [derive('table', (currency: number) => currency)],
    })
  expect(declare).not.toThrow()
})
