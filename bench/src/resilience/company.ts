import { callInTurn } from './call-loops.ts'
import { usualSettings, type Contender, type Guarded, type GuardKind } from './contender.ts'
import { work } from './work.ts'

/** Calls through each guard of the company: more than the compiler needs to have seen them all. */
const callsEach = 5_000
const turns = 4

/**
 * Calls guards of every kind that a contender has, in turn, as a program with many dependencies does. The compiler then
 * no longer knows which policy comes next, which makes each call dearer. The returned function lets go of them.
 */
export async function keepCompany({ guards }: Contender): Promise<() => void> {
  const company: Guarded[] = []
  for (const kind of Object.keys(guards) as GuardKind[]) {
    const guarded = await guards[kind]?.(work, usualSettings)
    if (guarded !== undefined) company.push(guarded)
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const { call } of company) await callInTurn(call, callsEach / turns)
  }
  return () => {
    for (const { close } of company) close?.()
  }
}
