import type { SharedLimitGrant } from 'seaworthy/resilience'
import { expect, test, vi } from 'vitest'
import { LateUnits } from './late-units.ts'

const grant: SharedLimitGrant = {
  granted: true,
  name: 'n',
  key: '',
  id: 'g',
  cost: 1,
  caller: 'c',
  waitMs: 0,
}

function setUp() {
  let nowMs = 0
  const late = new LateUnits(() => nowMs)
  const answers: PromiseWithResolvers<boolean>[] = []
  const hold = vi.fn(() => {
    const answer = Promise.withResolvers<boolean>()
    answers.push(answer)
    return answer.promise
  })
  const settle = async (isHeld: boolean): Promise<void> => {
    answers.at(-1)?.resolve(isHeld)
    await answers.at(-1)?.promise
  }
  const ask = (which = grant): boolean => late.ask(which, { restMs: 100, hold })
  return { late, hold, settle, ask, advance: (ms: number) => void (nowMs += ms) }
}

test('LateUnits: the clock is held for a late unit, and once more when it is late again', async () => {
  const { late, hold, settle, ask } = setUp()
  expect(late.isAsking(grant)).toBe(false)
  for (let i = 1; i <= 2; i++) {
    expect(ask()).toBe(true)
    expect(late.isAsking(grant)).toBe(true)
    await settle(true)
    expect(late.isAsking(grant)).toBe(false)
    expect(hold).toHaveBeenCalledTimes(i)
  }
  expect(ask()).toBe(false)
  expect(hold).toHaveBeenCalledTimes(2)
})

test('LateUnits: who is late all the same does not hold up the others for a while', async () => {
  const { settle, ask, advance } = setUp()
  for (let i = 0; i < 2; i++) {
    ask()
    await settle(true)
  }
  expect(ask({ ...grant })).toBe(true)
  ask()
  expect(ask({ ...grant })).toBe(false)
  advance(99)
  expect(ask({ ...grant })).toBe(false)
  advance(1)
  expect(ask({ ...grant })).toBe(true)
})

test('LateUnits: one for which the clock is not held has lost its moment, others have not', async () => {
  const { hold, settle, ask } = setUp()
  ask()
  await settle(false)
  expect(ask()).toBe(false)
  expect(hold).toHaveBeenCalledTimes(1)
  expect(ask({ ...grant })).toBe(true)
})
