import { expect, expectTypeOf, test } from 'vitest'
import { constant, derive } from './derived-fallback.ts'
import { fallbackChain } from './fallback-chain.ts'
import type { Answer } from './answer.ts'
import { lastGood } from './last-good.ts'

interface Place {
  readonly lat: number
}
interface Weather {
  readonly max: number
}

const place: Place = { lat: 47 }
const fails = (): Promise<Weather> => Promise.reject(new Error('down'))

test('fallbackChain: infers the union of values and the names of the sources', async () => {
  const chain = fallbackChain(
    [
      lastGood({ maxAge: '1h' }),
      derive('climatology', async (at: Place) => ({ max: at.lat, isNormal: true })),
      constant('none', null),
    ],
    { name: 'weather' },
  )
  const answer = await chain.run([place], fails)
  expectTypeOf(answer).toEqualTypeOf<
    Answer<Weather | { max: number; isNormal: boolean } | null, 'last-good' | 'climatology' | 'none'>
  >()
  expectTypeOf(answer.source).toEqualTypeOf<'live' | 'last-good' | 'climatology' | 'none'>()
  // @ts-expect-error a step takes a place
  await chain.run(['nowhere'], fails)
  // @ts-expect-error the place is missing
  expect((await chain.run([], fails)).source).toBe('none')
})

test('fallbackChain: steps may look at fewer arguments than the call has', async () => {
  const byLatitude = lastGood({ key: (at: Place) => String(at.lat) })
  const ofDay = derive('day', (at: Place, day: string) => day + at.lat)
  const chain = fallbackChain([byLatitude, ofDay], { name: 'weather' })
  expect((await chain.run([place, 'Monday'], fails)).value).toBe('Monday47')
  // @ts-expect-error the day is a text
  await chain.run([place, 1], fails)
})

test('fallbackChain: without steps the types are those of the live call', async () => {
  const chain = fallbackChain([], { name: 'bare' })
  const answer = await chain.run([], async () => 1)
  expectTypeOf(answer).toEqualTypeOf<Answer<number, never>>()
  expectTypeOf(answer.source).toEqualTypeOf<'live'>()
})
