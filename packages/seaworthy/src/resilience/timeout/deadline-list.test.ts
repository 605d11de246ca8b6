import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { DeadlineList, type Registration } from './deadline-list.ts'
import { SwitchedClock } from './switched-clock.fixture.ts'

const limitMs = 20
const arrivalsMax = 256

interface Owner {
  readonly id: number
  kept: Registration<Owner> | undefined
  /** What it does when its time is over. */
  readonly onOver?: ((owner: Owner) => void) | undefined
}

function setUp() {
  const clock = new SwitchedClock()
  const over: (readonly [id: number, atMs: number])[] = []
  const list = new DeadlineList<Owner>(limitMs, clock, {
    keep: (owner, link) => {
      expect(typeof owner.kept).toBe('number')
      owner.kept = link
    },
    onOver: (owner) => {
      over.push([owner.id, clock.now()])
      owner.kept = undefined
      owner.onOver?.(owner)
    },
  })
  const begin = (id: number, onOver?: (owner: Owner) => void): Owner => {
    const owner: Owner = { id, kept: undefined, onOver }
    owner.kept = list.begin(owner)
    return owner
  }
  const overAtMs = ({ kept }: Owner): number | undefined => (kept === undefined ? kept : list.overAtMs(kept))
  const end = (owner: Owner): void => {
    if (owner.kept !== undefined) list.end(owner.kept)
    owner.kept = undefined
  }
  return { clock, list, over, begin, end, overAtMs }
}

test('DeadlineList: one timer serves all, is moved to the next when it rings, and goes with the last', () => {
  const { clock, over, begin, end } = setUp()
  const first = begin(1)
  clock.pass(5)
  const second = begin(2)
  clock.pass(5)
  begin(3)
  expect(clock.scheduled).toBe(1)
  end(first)
  clock.pass(10)
  expect([over, clock.pending, clock.scheduled]).toEqual([[], 1, 2])
  clock.pass(5)
  expect([over, clock.pending, clock.scheduled]).toEqual([[[2, 25]], 1, 3])
  clock.pass(5)
  expect(second.kept).toBeUndefined()
  expect([over, clock.pending]).toEqual([
    [
      [2, 25],
      [3, 30],
    ],
    0,
  ])
})

test('DeadlineList: while there are many, one that ends before the next renewal costs no timer', () => {
  const { clock, over, begin, end } = setUp()
  clock.coarse.begin()
  for (let call = 0; call < 1_000; call++) end(begin(call))
  expect(clock.scheduled).toBe(0)
  clock.coarse.renew()
  expect([clock.scheduled, clock.coarse.awaited]).toEqual([0, 0])
  // What was not read counts as read, so that the copy stays while there are many.
  expect(clock.coarse.counted).toBe(1_000)
  clock.pass(1_000)
  expect(over).toEqual([])
})

test('DeadlineList: one that has only arrived counts from the next renewal, and from then on like any other', () => {
  const { clock, over, begin } = setUp()
  clock.coarse.begin()
  const owner = begin(1)
  clock.pass(4)
  expect([clock.coarse.awaited, clock.pending]).toEqual([1, 0])
  clock.coarse.end()
  expect(clock.pending).toBe(1)
  begin(2)
  clock.pass(19)
  expect([over, owner.kept === undefined]).toEqual([[], false])
  clock.pass(1)
  expect(over).toEqual([
    [1, 24],
    [2, 24],
  ])
  expect(clock.pending).toBe(0)
})

test('DeadlineList: when 256 have arrived without a renewal, the next one has the clock read for them', () => {
  const { clock, over, begin } = setUp()
  clock.coarse.begin()
  for (let call = 0; call < arrivalsMax; call++) begin(call)
  clock.hold(3)
  expect(clock.pending).toBe(0)
  begin(arrivalsMax)
  expect([clock.pending, clock.coarse.awaited]).toEqual([1, 1])
  clock.pass(limitMs)
  expect(over).toEqual(Array.from({ length: arrivalsMax }, (_, id) => [id, 3 + limitMs]))
  clock.coarse.renew()
  clock.pass(limitMs)
  expect(over.at(-1)).toEqual([arrivalsMax, 3 + 2 * limitMs])
})

test('DeadlineList: when it is over, once somebody has read it, does not move', () => {
  const { clock, over, begin, overAtMs } = setUp()
  clock.coarse.begin()
  const [first, second, third] = [begin(1), begin(2), begin(3)]
  clock.hold(1)
  expect(overAtMs(second)).toBe(21)
  clock.hold(1)
  expect(overAtMs(second)).toBe(21)
  clock.coarse.renew()
  expect([overAtMs(first), overAtMs(second), overAtMs(third)]).toEqual([22, 21, 22])
  clock.pass(100)
  expect(over).toEqual([
    [2, 21],
    [1, 22],
    [3, 22],
  ])
})

test('DeadlineList: one that begins while another is over makes none of the others late', () => {
  const { clock, over, begin } = setUp()
  begin(1, () => void begin(3))
  clock.pass(5)
  begin(2)
  clock.pass(100)
  expect(over).toEqual([
    [1, 20],
    [2, 25],
    [3, 40],
  ])
  expect(clock.pending).toBe(0)
})

test('DeadlineList: whoever throws when it is over keeps no other waiting, and is reported', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const { clock, over, begin } = setUp()
  const broken = (): never => {
    throw new Error('broken')
  }
  begin(1, broken)
  begin(2)
  clock.pass(5)
  begin(3)
  clock.pass(100)
  expect(over).toEqual([
    [1, 20],
    [2, 20],
    [3, 25],
  ])
  expect(warned).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ name: 'SeaworthyListenerWarning', message: 'broken' }),
  )
  warned.mockRestore()
})

type Deed = 'nothing' | 'begin' | 'end' | 'throw'

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('begin' as const),
      value: fc.nat(20),
      deed: fc.constantFrom<Deed>('nothing', 'nothing', 'begin', 'end', 'throw'),
    }),
  },
  ...(['end', 'handOver', 'look'] as const).map((type) => ({
    weight: 3,
    arbitrary: fc.record({ type: fc.constant(type), value: fc.nat(20), deed: fc.constant<Deed>('nothing') }),
  })),
  ...(['pass', 'hold'] as const).map((type) => ({
    weight: 3,
    arbitrary: fc.record({ type: fc.constant(type), value: fc.nat(9), deed: fc.constant<Deed>('nothing') }),
  })),
  ...(['renew', 'becomeBusy', 'becomeQuiet', 'beginMany'] as const).map((type) => ({
    weight: 1,
    arbitrary: fc.record({ type: fc.constant(type), value: fc.nat(20), deed: fc.constant<Deed>('nothing') }),
  })),
)

/** What must be true of one deadline. */
interface ModelDeadline {
  owner: Owner
  /** From when on it counts; undefined while it has only arrived. */
  startMs: number | undefined
  fate: 'open' | 'ended' | 'over'
}

/** Deadlines and what a list of all of them says. */
class Trial {
  readonly #set = setUp()
  readonly #model: ModelDeadline[] = []
  #arrivals: ModelDeadline[] = []
  /** Those that were over early, not open any more, or another owner's. */
  readonly #wrong: object[] = []

  begin(pick: number, deed: Deed): void {
    const { clock, begin } = this.#set
    const { isCopy } = clock.coarse
    // The list must have room for one more before it notes it.
    if (isCopy && this.#arrivals.length === arrivalsMax) this.#enlistArrivals()
    const id = this.#model.length
    const owner = begin(id, (whose) => this.#over(whose, pick, deed))
    const deadline: ModelDeadline = { owner, startMs: isCopy ? undefined : clock.now(), fate: 'open' }
    this.#model.push(deadline)
    if (isCopy) this.#arrivals.push(deadline)
  }

  end(pick: number): void {
    const deadline = this.#open(pick)
    if (deadline === undefined) return
    deadline.fate = 'ended'
    this.#set.end(deadline.owner)
  }

  handOver(pick: number): void {
    const deadline = this.#open(pick)
    if (deadline?.owner.kept === undefined) return
    const to = { ...deadline.owner }
    to.kept = this.#set.list.handOver(deadline.owner.kept, to)
    deadline.owner.kept = undefined
    deadline.owner = to
  }

  look(pick: number): void {
    const deadline = this.#open(pick)
    if (deadline === undefined) return
    deadline.startMs ??= this.#set.clock.now()
    expect(this.#set.overAtMs(deadline.owner)).toBe(deadline.startMs + limitMs)
  }

  beginMany(): void {
    for (let call = 0; call < 150; call++) this.begin(0, 'nothing')
    for (let call = 0; call < 140; call++) this.end(0)
  }

  pass(ms: number): void {
    this.#set.clock.pass(ms)
    const nowMs = this.#set.clock.now()
    for (const { startMs, fate } of this.#model)
      if (fate === 'open') expect(nowMs).toBeLessThan((startMs ?? Infinity) + limitMs)
  }

  hold(ms: number): void {
    this.#set.clock.hold(ms)
  }

  renew(): void {
    this.#enlistArrivals()
    this.#set.clock.coarse.renew()
  }

  becomeBusy(): void {
    this.renew()
    this.#set.clock.coarse.begin()
  }

  becomeQuiet(): void {
    this.#enlistArrivals()
    this.#set.clock.coarse.end()
  }

  check(): void {
    expect(this.#wrong).toEqual([])
    const { clock } = this.#set
    const isAnyEnlisted = this.#model.some(({ fate, startMs }) => fate === 'open' && startMs !== undefined)
    expect(clock.pending).toBe(isAnyEnlisted ? 1 : 0)
    expect(clock.coarse.awaited).toBeLessThanOrEqual(1)
  }

  /** In the end, all are over or were ended, and nothing is left. */
  finish(): void {
    for (let left = 0; left < 4; left++) {
      this.becomeQuiet()
      this.pass(limitMs)
    }
    expect(this.#model.filter(({ fate }) => fate === 'open')).toEqual([])
    const { over, clock } = this.#set
    expect(over.map(([id]) => id).toSorted((one, other) => one - other)).toEqual(
      this.#model.flatMap(({ fate }, id) => (fate === 'over' ? [id] : [])),
    )
    expect([clock.pending, clock.coarse.awaited]).toEqual([0, 0])
  }

  #over(owner: Owner, pick: number, deed: Deed): void {
    const deadline = this.#model[owner.id]
    if (deadline === undefined) return
    const { fate, startMs } = deadline
    const lastedMs = this.#set.clock.now() - (startMs ?? Infinity)
    const isRight = fate === 'open' && lastedMs >= limitMs && deadline.owner === owner
    if (!isRight) this.#wrong.push({ owner, lastedMs, fate })
    deadline.fate = 'over'
    if (deed === 'begin') this.begin(pick, 'nothing')
    if (deed === 'end') this.end(pick)
    if (deed === 'throw') throw new Error('broken')
  }

  #enlistArrivals(): void {
    for (const deadline of this.#arrivals) deadline.startMs ??= this.#set.clock.now()
    this.#arrivals = []
  }

  #open(pick: number): ModelDeadline | undefined {
    const open = this.#model.filter(({ fate }) => fate === 'open')
    return open[pick % Math.max(1, open.length)]
  }
}

test('DeadlineList: no deadline is over early, late or twice, whatever begins, ends and changes hands meanwhile', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  try {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
        const trial = new Trial()
        for (const { type, value, deed } of steps) {
          trial[type](value, deed)
          trial.check()
        }
        trial.finish()
      }),
      { numRuns: 300 },
    )
    // Nothing was reported but what the owners threw on purpose.
    expect(warned.mock.calls.filter(([error]) => (error as Error).message !== 'broken')).toEqual([])
  } finally {
    warned.mockRestore()
  }
})

test('DeadlineList: keeps nothing of what has ended, has changed hands or is over', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const { clock, list, begin, end } = setUp()
  const owners: WeakRef<Owner>[] = []
  const beginAndEnd = (): void => {
    const ended = begin(1)
    const before = begin(2)
    const after: Owner = { id: 3, kept: undefined }
    if (before.kept !== undefined) after.kept = list.handOver(before.kept, after)
    const forgotten = begin(4)
    end(ended)
    owners.push(...[ended, before, forgotten].map((owner) => new WeakRef(owner)))
    begin(5, () => end(after))
  }
  beginAndEnd()
  clock.coarse.begin()
  for (let tick = 0; tick < 3; tick++) {
    beginAndEnd()
    clock.coarse.renew()
  }
  clock.pass(limitMs)
  // A weak reference holds on until its step is over.
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  expect(owners).toHaveLength(12)
  expect(owners.map((owner) => owner.deref())).toEqual(owners.map(() => undefined))
})
