import { expectTypeOf, test } from 'vitest'
import type { Answer } from './answer.ts'
import { constant, derive, recover } from './derived-fallback.ts'
import { fallback, type FallbackPolicy } from './fallback.ts'
import type { AtLeast } from './fallback-step.ts'
import type { GuardedArgs, GuardedResult } from './guarded-result.ts'
import { lastGood } from './last-good.ts'
import type { Policy } from '../engine/policy.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'

interface Place {
  readonly lat: number
}

const policy = fallback([
  lastGood({ maxAge: '1h' }),
  derive('climatology', async (at: Place) => ({ max: at.lat })),
  constant('none', null),
])

test('fallback: infers the arguments, the union of values and the names of the sources', () => {
  expectTypeOf(policy).toExtend<
    FallbackPolicy<AtLeast<[Place]>, { max: number } | null, 'last-good' | 'climatology' | 'none'>
  >()
  expectTypeOf(policy.sources).toEqualTypeOf<readonly ('last-good' | 'climatology' | 'none')[]>()
  expectTypeOf(fallback([]).sources).toEqualTypeOf<readonly never[]>()
})

test('fallback: recover knows the arguments that it declares', () => {
  const told = recover(
    'told',
    ({ args: [at], error }: { args: readonly [Place]; error: unknown; signal: AbortSignal }) => [
      at.lat,
      error,
    ],
  )
  expectTypeOf(told.source).toEqualTypeOf<'told'>()
  const free = recover('free', ({ args }) => args.length)
  expectTypeOf(fallback([free]).sources).toEqualTypeOf<readonly 'free'[]>()
})

test('GuardedResult: a pipeline without fallback answers with the value, one with it with an Answer', () => {
  const plain = [retry(), timeout()] as const
  expectTypeOf<GuardedResult<string, typeof plain>>().toEqualTypeOf<string>()
  const guarded = [policy, retry(), timeout()] as const
  expectTypeOf<GuardedResult<string, typeof guarded>>().toEqualTypeOf<
    Answer<string | { max: number } | null, 'last-good' | 'climatology' | 'none'>
  >()
  const inner = fallback([constant('zero', 0)])
  const nested = [policy, retry(), inner] as const
  expectTypeOf<GuardedResult<string, typeof nested>>().toEqualTypeOf<
    Answer<Answer<string | 0, 'zero'> | { max: number } | null, 'last-good' | 'climatology' | 'none'>
  >()
  expectTypeOf<GuardedResult<string, readonly Policy[]>>().toEqualTypeOf<string>()
})

test('GuardedArgs: the arguments that all fallbacks take', () => {
  const guarded = [policy, retry()] as const
  expectTypeOf<readonly [Place, string]>().toExtend<GuardedArgs<typeof guarded>>()
  expectTypeOf<readonly [string]>().not.toExtend<GuardedArgs<typeof guarded>>()
  expectTypeOf<readonly []>().not.toExtend<GuardedArgs<typeof guarded>>()
  const plain = [retry()] as const
  expectTypeOf<GuardedArgs<typeof plain>>().toEqualTypeOf<readonly unknown[]>()
})
