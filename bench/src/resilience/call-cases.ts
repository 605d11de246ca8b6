import type { CallCase } from './call-case.ts'
import { callAtOnce, concurrentCalls } from './call-loops.ts'
import type { GuardKind } from './contender.ts'
import { failingWork, work, workAtOnce } from './work.ts'

const successes: readonly (readonly [name: string, guard: GuardKind])[] = [
  ['pipeline of five', 'five'],
  ['breaker closed', 'breaker'],
  ['retry success', 'retry'],
  ['timeout success', 'timeout'],
  ['bulkhead success', 'bulkhead'],
]

/** What is measured in nanoseconds a call. */
export const timedCases: readonly CallCase[] = [
  ...successes.map(([name, guard]) => ({ name, guard, work, ends: 'answer' }) as const),
  ...successes.map(
    ([name, guard]) =>
      ({ name: `${name}, among others`, guard, work, ends: 'answer', hasCompany: true }) as const,
  ),
  { name: 'open refusal outcome', guard: 'breaker', work, ends: 'refusal as outcome' },
  { name: 'open refusal thrown', guard: 'breaker', work, ends: 'refusal' },
  { name: 'fallback success', guard: 'fallback', work, ends: 'answer' },
  { name: 'hedge success', guard: 'hedge', work, ends: 'answer' },
  { name: 'rate limit success', guard: 'rateLimit', work, ends: 'answer' },
  { name: 'adaptive limit success', guard: 'adaptiveLimit', work, ends: 'answer' },
  { name: 'pipeline of five, with a signal', guard: 'five', work, ends: 'answer', hasSignal: true },
  ...successes.map(
    ([name, guard]) =>
      ({ name: `${name}, no await inside`, guard, work: workAtOnce, ends: 'answer' }) as const,
  ),
  ...successes.map(
    ([name, guard]) =>
      ({
        name: `failing call, ${guard === 'five' ? name : guard}`,
        guard,
        work: failingWork,
        ends: guard === 'five' ? 'fallback' : 'failure',
        settings: { isTolerant: true },
      }) as const,
  ),
  {
    name: `${concurrentCalls.toLocaleString('en')} concurrent calls`,
    guard: 'five',
    work,
    ends: 'answer',
    settings: { slots: concurrentCalls },
    loop: callAtOnce,
  },
]

/** What is measured in bytes a call. */
export const sizedCases: readonly CallCase[] = [
  { name: 'memory a call', guard: 'five', work, ends: 'answer' },
  { name: 'memory a call, breaker closed', guard: 'breaker', work, ends: 'answer' },
  { name: 'memory a call, open refusal', guard: 'breaker', work, ends: 'refusal' },
  {
    name: 'memory a call, failing five',
    guard: 'five',
    work: failingWork,
    ends: 'fallback',
    settings: { isTolerant: true },
  },
]
