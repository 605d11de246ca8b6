/* oxlint-disable no-restricted-globals, no-console -- it measures the clock and the timers of the machine, and prints that */

/**
 * What the figures of records 0012 and 0013 stand on: `node docs/decisions/trials/cost-of-a-call.mjs` prints the nanoseconds
 * of one call in each form, the shortest of 40 rounds, and how much that is beyond a bare await, in bare awaits.
 */

const work = async () => 1
const withThen = (inner) => () => inner().then((value) => value)
const withAsync = (inner) => async () => await inner()
const five = (wrap) => [1, 2, 3, 4, 5].reduce(wrap, work)

class Flat {
  a = 1
  b = 2
  c = undefined
  d = undefined
  e = undefined
  f = undefined
  g = 0
  h = undefined
}
class Base {
  a = 1
  b = 2
  c = undefined
  d = undefined
}
class Derived extends Base {
  e = undefined
  f = undefined
  g = 0
  h = undefined
}

/** Where a context is kept, so that it is really made. */
export let kept

let [resolveShared, rejectShared] = []
const executor = (resolve, reject) => {
  resolveShared = resolve
  rejectShared = reject
}
class Settled {
  resolve = undefined
  reject = undefined
}
const failure = new Error('down')
// oxlint-disable-next-line unicorn/no-thenable -- a promise is to follow it
const adopted = { then: (_resolve, reject) => reject(failure) }
const failing = (handler) => async () => {
  try {
    await work().then(handler)
  } catch {
    // What this costs is the question.
  }
}

const forms = {
  'bare await': work,
  'five layers of then': five(withThen),
  'five async functions': five(withAsync),
  'context of a flat class': async () => {
    kept = new Flat()
  },
  'context of a derived class': async () => {
    kept = new Derived()
  },
  'promise, one executor for all': () => {
    const settled = new Settled()
    const promise = new Promise(executor)
    settled.resolve = resolveShared
    settled.reject = rejectShared
    kept = settled
    settled.resolve(1)
    return promise
  },
  'promise, executor of its own': () => {
    const settled = new Settled()
    const promise = new Promise((resolve, reject) => {
      settled.resolve = resolve
      settled.reject = reject
    })
    kept = settled
    settled.resolve(1)
    return promise
  },
  'handler that throws': failing(() => {
    throw failure
  }),
  'handler whose rejection is adopted': failing(() => adopted),
  'clock read': async () => performance.now(),
  'timer made and cleared': async () => clearTimeout(setTimeout(() => {}, 1_000)),
}

const callsARound = 50_000
const shortest = new Map()
for (let round = 0; round < 40; round++) {
  for (const [name, call] of Object.entries(forms)) {
    const startedAt = performance.now()
    for (let i = 0; i < callsARound; i++) await call()
    const ns = ((performance.now() - startedAt) / callsARound) * 1e6
    shortest.set(name, Math.min(shortest.get(name) ?? Infinity, ns))
  }
}
const bare = shortest.get('bare await')
for (const [name, ns] of shortest) {
  console.log(`${name.padEnd(36)} ${ns.toFixed(0).padStart(5)} ns  +${((ns - bare) / bare).toFixed(2)}`)
}
