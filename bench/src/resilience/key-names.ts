import { seededRandom } from 'seaworthy/core'

/** So many keys as services have them. */
export function keyNames(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `tenant-${index.toString(36).padStart(5, '0')}.example.com`,
  )
}

/** Which key is called next. */
export type KeyOrder = (count: number) => () => string

/** All keys are equally busy, and come in no order. */
export const allBusy: KeyOrder = (count) => {
  const names = shuffled(keyNames(count))
  let next = 0
  return () => {
    const name = names[next] ?? ''
    next = next + 1 === names.length ? 0 : next + 1
    return name
  }
}

const busyKeys = 100
const busyCalls = 10_000

/** A hundred of the keys are busy, and stay so. */
export const sameBusy: KeyOrder = (count) => busyFor(count, Infinity)

/** A hundred of the keys are busy at a time, and other ones after 10,000 calls. */
export const hundredBusy: KeyOrder = (count) => busyFor(count, busyCalls)

function busyFor(count: number, callsMax: number): () => string {
  const names = shuffled(keyNames(count))
  let [first, calls] = [0, 0]
  return () => {
    if (calls++ === callsMax) {
      calls = 1
      first = (first + busyKeys) % names.length
    }
    return names[(first + (calls % busyKeys)) % names.length] ?? ''
  }
}

function shuffled(ordered: readonly string[]): readonly string[] {
  const names = [...ordered]
  const random = seededRandom('the order of the keys')
  for (let last = names.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1))
    const [a = '', b = ''] = [names[last], names[other]]
    names[last] = b
    names[other] = a
  }
  return names
}
