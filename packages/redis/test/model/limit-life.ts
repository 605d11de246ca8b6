import fc from 'fast-check'
import { expect } from 'vitest'
import { defineScript, type RedisLink } from '../../src/index.ts'
import { limitKeys } from '../../src/limit/limit-keys.ts'
import { limitScripts, type LimitScripts } from '../../src/limit/limit-scripts.ts'
import { holdClock, neverHeld, type HeldClock, type LimitState } from './limit-model.ts'
import type { LimitModel } from './models.ts'
import { traces, type Step, type Trace } from './traces.ts'

/** The scripts as the server runs them, step by step beside a model, on a clock that the test moves. */

type Mishap =
  /** The server's clock goes back, as after a failover. */
  | { readonly type: 'jump back'; readonly by: number }
  /** The data is lost. */
  | { readonly type: 'lose' }
  /** The key of the units is evicted, the others stay. */
  | { readonly type: 'evict' }

export interface Life {
  readonly trace: Trace
  readonly steps: readonly (Step | Mishap)[]
}

const mishaps: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({ type: fc.constant('jump back' as const), by: fc.integer({ min: 1, max: 5_000 }) }),
  fc.constant({ type: 'lose' as const }),
  fc.constant({ type: 'evict' as const }),
)

export const lives: fc.Arbitrary<Life> = fc
  .tuple(traces, fc.array(fc.tuple(fc.nat({ max: 60 }), mishaps), { maxLength: 4, size: 'max' }))
  .map(([trace, added]) => {
    const steps: (Step | Mishap)[] = [...trace.steps]
    for (const [place, mishap] of added) steps.splice(place, 0, mishap)
    return { trace, steps }
  })

/** Times of the traces are stretched, so that no key runs out on the server's own clock meanwhile. */
const stretch = 60_000

const remove = defineScript('remove', `return redis.call('DEL', unpack(KEYS))`)
const list = defineScript('list', `return redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')`)

/** The clock of the server, and the time of the limit as it must follow from it. */
class TwoClocks {
  serverUs = 1_700_000_000_000_000
  #lastUs = 0
  #aheadUs = 0

  /** The time of the limit as the next script has it: it goes on where the server's clock stepped back. */
  read(): number {
    this.#aheadUs += Math.max(0, this.#lastUs - this.serverUs)
    this.#lastUs = this.serverUs
    return this.serverUs + this.#aheadUs
  }

  hold(by: number): void {
    this.#aheadUs -= by
  }

  forget(): void {
    this.#lastUs = 0
    this.#aheadUs = 0
  }

  args(): readonly number[] {
    return [Math.floor(this.serverUs / 1e6), this.serverUs % 1e6]
  }
}

/** A unit is late from then on. */
const heldAfter = 20

interface LivedGrant {
  readonly id: string
  readonly cost: number
  readonly start: number
  readonly generation: number
}

let lived = 0

export class LimitLife<State extends LimitState> {
  readonly #link: RedisLink
  readonly #model: LimitModel<State>
  readonly #scripts: LimitScripts
  readonly #keys: readonly string[]
  readonly #clocks = new TwoClocks()
  readonly #grants: LivedGrant[] = []
  #held: HeldClock = neverHeld
  #state: State
  #generation: number | undefined
  /** The generation of the newest grant. */
  #known: number | undefined

  constructor(link: RedisLink, model: LimitModel<State>) {
    this.#link = link
    this.#model = model
    this.#state = model.empty
    this.#scripts = limitScripts(model.form, '{ ARGV[#ARGV - 1], ARGV[#ARGV] }')
    this.#keys = limitKeys('model', { name: model.form, key: String(lived++) }).all
  }

  async run({ trace, steps }: Life): Promise<void> {
    for (const [i, step] of steps.entries()) {
      if (step.type === 'reserve') await this.#reserve(trace, step, `g${String(i).padStart(3, '0')}`)
      else if (step.type === 'hold') await this.#hold(trace, step.which)
      else await this.#other(step)
      const { all, spare } = this.#model.unitsOf(this.#state)
      expect(await this.#list(1)).toEqual(all)
      expect(await this.#list(2)).toEqual(spare)
    }
  }

  async #reserve(trace: Trace, step: Step & { readonly type: 'reserve' }, id: string): Promise<void> {
    const { limit, burst, queueMax } = trace
    const { cost } = step
    const [interval, allowance] = [trace.interval * stretch, step.allowance * stretch]
    const waitMax = step.waitMax * stretch
    const at = this.#clocks.read()
    this.#generation ??= at
    if (this.#known !== undefined && this.#known !== this.#generation) {
      const ends = this.#generation + interval + allowance
      this.#state = this.#model.pauseUntil(this.#state, at, ends)
    }
    const request = { id, cost, limit, interval, allowance, waitMax, queueMax, burst }
    const { state, granted, start } = this.#model.reserve(this.#state, at, request)
    this.#state = state
    const last = this.#model.form === 'window' ? queueMax : burst
    const args = [id, cost, limit, interval, allowance, waitMax, this.#known ?? '', last]
    const { moved, movedAt } = state
    const expected = [
      granted ? 1 : 0,
      start - at,
      start,
      String(this.#generation),
      moved,
      movedAt,
      this.#held.held,
      this.#clocks.serverUs,
    ]
    expect(await this.#run('reserve', args)).toEqual(expected)
    if (!granted) return
    this.#known = this.#generation
    this.#grants.push({ id, cost, start, generation: this.#generation })
  }

  async #hold(trace: Trace, which: number): Promise<void> {
    const grant = this.#grants.at(-1 - which)
    if (grant === undefined || this.#generation === undefined) return
    const at = this.#clocks.read()
    const [by, allowance, most] = [at - grant.start, heldAfter * stretch, (trace.interval * stretch) / 4]
    const isKnown = grant.generation === this.#generation
    const mayHold = isKnown && by > allowance && grant.start >= this.#state.pausedUntil
    const held = mayHold ? holdClock(this.#held, this.#clocks.serverUs, { by, most }) : undefined
    if (held !== undefined) {
      this.#held = held
      this.#clocks.hold(by)
    }
    const isKept = isKnown && (held !== undefined || by <= allowance)
    const { moved, movedAt } = this.#state
    const expected = [
      isKept ? 1 : 0,
      0,
      held === undefined ? at : grant.start,
      String(this.#generation),
      moved,
      movedAt,
      this.#held.held,
      this.#clocks.serverUs,
    ]
    const args = [String(grant.generation), grant.start, allowance, most]
    expect(await this.#run('hold', args)).toEqual(expected)
  }

  async #other(step: Exclude<Step | Mishap, { readonly type: 'reserve' | 'hold' }>): Promise<void> {
    switch (step.type) {
      case 'advance':
        this.#clocks.serverUs += step.by * stretch
        return
      case 'jump back':
        this.#clocks.serverUs -= step.by * stretch
        return
      case 'pause': {
        const length = step.length * stretch
        const at = this.#clocks.read()
        this.#generation ??= at
        this.#state = this.#model.pauseUntil(this.#state, at, at + length)
        await this.#run('pause', [length])
        return
      }
      case 'give back': {
        const grant = this.#grants.at(-1 - step.which)
        if (grant === undefined || this.#generation === undefined) return
        this.#state = this.#model.giveBack(this.#state, this.#clocks.read(), grant)
        await this.#run('giveBack', [grant.id, grant.cost])
        return
      }
      case 'lose':
        await this.#link.run(remove, this.#keys, [])
        return this.#forget()
      case 'evict':
        if (this.#model.unitsOf(this.#state).all.length > 0) this.#forget()
        await this.#link.run(remove, this.#keys.slice(1), [])
        return
    }
  }

  #forget(): void {
    this.#state = this.#model.empty
    this.#generation = undefined
    this.#clocks.forget()
    this.#held = neverHeld
  }

  #run(script: keyof LimitScripts, args: readonly (string | number)[]): Promise<unknown> {
    return this.#link.run(this.#scripts[script], this.#keys, [...args, ...this.#clocks.args()])
  }

  async #list(key: number): Promise<readonly unknown[]> {
    const flat = (await this.#link.run(list, [this.#keys[key]!], [])) as string[]
    return flat.flatMap((unit, i) => (i % 2 === 0 ? [[unit, Number(flat[i + 1])]] : []))
  }
}
