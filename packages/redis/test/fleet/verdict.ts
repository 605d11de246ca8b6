/** One unit that was used. */
export interface Start {
  readonly worker: number
  /** By the clock of the machine. */
  readonly startedUs: number
  /** When the server had the question, by its own clock. */
  readonly arrivedUs: number
}

export interface FleetRun {
  readonly limit: number
  readonly intervalMs: number
  readonly callers: number
  readonly workers: number
}

export interface Verdict {
  readonly started: number
  /** The most starts in any span of the interval, whenever it begins. */
  readonly mostInAnySpan: number
  /** How many units a span was good for on the whole, while callers waited. */
  readonly usedPerSpan: number
  /** Of each worker: how long its callers waited on average, in seconds. */
  readonly meanWaitS: readonly number[]
  /** How far the worker that waited longest, or shortest, is from the average of all; 0.1 is a tenth. */
  readonly unfairness: number
  /** How many started later than one whose question the server had after theirs, by more than half an interval. */
  readonly overtaken: number
  readonly tookS: number
  readonly holds: {
    readonly limit: boolean
    readonly use: boolean
    readonly fair: boolean
    readonly all: boolean
  }
}

/** Of 200 units of a span at least 195 are used. */
const leastUse = 195 / 200
/** What the order in which the workers' questions happen to reach the server may make of their waits. */
const mostUnfair = 0.2

/** What a run shows. Naive on purpose: it knows starts and nothing of how they came about. */
export function judge(run: FleetRun, starts: readonly Start[]): Verdict {
  const sorted = starts.map(({ startedUs }) => startedUs).toSorted((a, b) => a - b)
  const first = sorted[0] ?? 0
  const waits = Array.from({ length: run.workers }, (_, worker) => {
    const own = starts.filter((start) => start.worker === worker)
    return mean(own.map(({ startedUs }) => (startedUs - first) / 1e6))
  })
  const meanWait = mean(waits)
  const unfairness = Math.max(...waits.map((wait) => Math.abs(wait / meanWait - 1)))
  const mostInAnySpan = mostWithin(sorted, run.intervalMs * 1_000)
  const usedPerSpan = sustained(sorted, run)
  const overtaken = countOvertaken(run, starts)
  const holds = {
    limit: mostInAnySpan <= run.limit,
    use: usedPerSpan >= run.limit * leastUse,
    fair: unfairness <= mostUnfair && overtaken === 0,
    all: starts.length === run.callers,
  }
  const tookS = ((sorted.at(-1) ?? 0) - first) / 1e6
  return {
    started: starts.length,
    mostInAnySpan,
    usedPerSpan: round(usedPerSpan),
    meanWaitS: waits.map(round),
    unfairness: round(unfairness),
    overtaken,
    tookS: round(tookS),
    holds,
  }
}

/** The most of the sorted moments in any half-open span. */
export function mostWithin(sorted: readonly number[], spanUs: number): number {
  let most = 0
  let first = 0
  for (const [last, at] of sorted.entries()) {
    while (at - (sorted[first] ?? at) >= spanUs) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

/** From the first start of the first full span to that of the last: what came between, for each interval of that time. */
function sustained(sorted: readonly number[], { limit, intervalMs }: FleetRun): number {
  const spans = Math.floor((sorted.length - 1) / limit)
  const [begin, end] = [sorted[0], sorted[spans * limit]]
  if (spans === 0 || begin === undefined || end === undefined) return sorted.length
  return (spans * limit * intervalMs * 1_000) / (end - begin)
}

function countOvertaken({ intervalMs }: FleetRun, starts: readonly Start[]): number {
  let earliestBehind = Infinity
  return starts
    .toSorted((a, b) => b.arrivedUs - a.arrivedUs)
    .filter(({ startedUs }) => {
      const isOvertaken = startedUs - earliestBehind > intervalMs * 500
      earliestBehind = Math.min(earliestBehind, startedUs)
      return isOvertaken
    }).length
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
