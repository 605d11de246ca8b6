import { callAndCatch, callInTurn, type Call, type CallLoop } from './call-loops.ts'
import {
  usualSettings,
  type Contender,
  type Guarded,
  type GuardKind,
  type GuardSettings,
} from './contender.ts'
import { answer, failingWork, failure, fallbackAnswer, work, type GuardedWork } from './work.ts'

/** How a call ends in a case. */
export type CallEnd = 'answer' | 'fallback' | 'failure' | 'refusal' | 'refusal as outcome'

/** One way to call guarded work. */
export interface CallCase {
  readonly name: string
  readonly guard: GuardKind
  /** The function under test; a bare `await` of it is the floor. */
  readonly work: GuardedWork
  readonly ends: CallEnd
  /** The calls carry the signal of whoever calls. */
  readonly hasSignal?: boolean
  readonly settings?: Partial<GuardSettings>
  /** The contender's guards of all other kinds are in use in the same process. */
  readonly hasCompany?: boolean
  /** How the calls are made. Default one after the other. */
  readonly loop?: CallLoop
}

/** A contender that is ready for a case. */
export interface ReadyCall {
  readonly call: Call
  /** How a call of it ends. */
  readonly end: () => Promise<unknown>
  readonly close: () => void
}

/** Failures that open a breaker: more than the fewest that any contender asks for. */
const openingFailures = 20

/** Makes a contender ready; undefined when it lacks what the case is about. */
export async function readyCall(contender: Contender, callCase: CallCase): Promise<ReadyCall | undefined> {
  const make = contender.guards[callCase.guard]
  if (make === undefined) return undefined
  const settings = { ...usualSettings, ...callCase.settings }
  const isOpen = callCase.ends === 'refusal' || callCase.ends === 'refusal as outcome'
  const guarded = isOpen ? await opened(make, settings) : await make(callCase.work, settings)
  const call = callOf(guarded, callCase)
  const close = (): void => guarded.close?.()
  if (call !== undefined) return { call, end: () => endOf(call, guarded.unwrap), close }
  close()
  return undefined
}

function callOf(guarded: Guarded, { ends, hasSignal }: CallCase): Call | undefined {
  if (ends === 'refusal as outcome') return guarded.outcome
  const { callWith } = guarded
  if (hasSignal !== true) return guarded.call
  const { signal } = new AbortController()
  return callWith && (() => callWith(signal))
}

/** Opens the breaker with real failures. Work that is let in afterwards would answer, which no refusal does. */
async function opened(
  make: (work: GuardedWork, settings: GuardSettings) => Guarded | Promise<Guarded>,
  settings: GuardSettings,
): Promise<Guarded> {
  let isFailing = true
  const guarded = await make(() => (isFailing ? failingWork() : work()), settings)
  await callAndCatch(guarded.call, openingFailures)
  isFailing = false
  return guarded
}

/** How a call ended: one of {@link CallEnd}, or what came instead. */
export async function endOf(
  call: Call,
  unwrap: (result: unknown) => unknown = (result) => result,
): Promise<unknown> {
  try {
    const result = unwrap(await call(0))
    if (result === answer) return 'answer'
    if (result === fallbackAnswer) return 'fallback'
    return typeof result === 'object' ? 'refusal as outcome' : result
  } catch (error) {
    return error === failure ? 'failure' : 'refusal'
  }
}

/** Where any side rejects, the floor included, all are caught. */
export function loopOf({ loop, ends }: CallCase): CallLoop {
  return loop ?? (ends === 'answer' || ends === 'refusal as outcome' ? callInTurn : callAndCatch)
}
