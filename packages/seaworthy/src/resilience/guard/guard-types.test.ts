import { expectTypeOf, test } from 'vitest'
import { pipeline } from '../engine/pipeline.ts'
import type { Answer } from '../fallback/answer.ts'
import { constant } from '../fallback/derived-fallback.ts'
import { fallback } from '../fallback/fallback.ts'
import { retry } from '../retry/retry.ts'
import { guard, guardCall } from './guard.ts'

const plain = pipeline([retry()])
const answering = pipeline([fallback([constant('none', null)]), retry()])

test('guard: arguments and result are inferred, optional and rest ones too', () => {
  const guarded = guard(plain, (place: string, days?: number, ..._more: boolean[]) => ({ place, days }))
  expectTypeOf<Parameters<typeof guarded>[0]>().toEqualTypeOf<string>()
  expectTypeOf<Parameters<typeof guarded>[1]>().toEqualTypeOf<number | undefined>()
  expectTypeOf<Parameters<typeof guarded>[2]>().toEqualTypeOf<boolean>()
  expectTypeOf(guarded).returns.resolves.toEqualTypeOf<{ place: string; days: number | undefined }>()
})

test('guard: a promise of a promise is one promise', () => {
  expectTypeOf(guard(plain, async () => 1)).returns.toEqualTypeOf<Promise<number>>()
})

test('guard: with a fallback the answer is of the live value or that of the fallback, and its sources are named', () => {
  const guarded = guard(answering, async (_id: string) => 1)
  expectTypeOf(guarded).returns.toEqualTypeOf<Promise<Answer<number | null, 'none'>>>()
})

test('guard: keeps this', () => {
  class Box {
    readonly size = 1
    readonly grown = guard(plain, function (this: Box, by: number) {
      return this.size + by
    })
  }
  expectTypeOf<ThisParameterType<Box['grown']>>().toEqualTypeOf<Box>()
  const { grown } = new Box()
  // @ts-expect-error a method without its object
  void grown.call(undefined, 1)
})

test('guard: wrong arguments are refused, and the key sees the right ones', () => {
  const guarded = guard(plain, (id: number) => id, { key: (id) => id.toFixed() })
  // @ts-expect-error a text is no number
  void guarded('1').catch(() => undefined)
})

test('guardCall: the context is not an argument of the guarded function', () => {
  const guarded = guardCall(plain, ({ attempt }, id: number) => attempt + id)
  expectTypeOf(guarded).parameters.toEqualTypeOf<[id: number]>()
  expectTypeOf(guarded).returns.toEqualTypeOf<Promise<number>>()
})
