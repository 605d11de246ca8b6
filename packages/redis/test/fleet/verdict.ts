/** One unit that was used. */
export interface Start {
  readonly worker: number
  /** In which order its worker asked. */
  readonly caller: number
  readonly askedUs: number
  readonly startedUs: number
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
  /** How often a caller of a worker started a whole span or more after a later caller of the same worker. */
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
/** What random interleaving of the workers' questions at the server may make of their waits. */
const mostUnfair = 0.1

/** What a run shows. Naive on purpose: it knows starts and nothing of how they came about. */
export function judge(run: FleetRun, starts: readonly Start[]): Verdict {
  const sorted = starts.map(({ startedUs }) => startedUs).toSorted((a, b) => a - b)
  const waits = Array.from({ length: run.workers }, (_, worker) => {
    const own = starts.filter((start) => start.worker === worker)
    return mean(own.map(({ askedUs, startedUs }) => (startedUs - askedUs) / 1e6))
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
  const tookS = ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)) / 1e6
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

function countOvertaken({ intervalMs, workers }: FleetRun, starts: readonly Start[]): number {
  let overtaken = 0
  for (let worker = 0; worker < workers; worker++) {
    let latest = Infinity
    const own = starts.filter((start) => start.worker === worker).toSorted((a, b) => b.caller - a.caller)
    for (const { startedUs } of own) {
      if (startedUs - latest >= intervalMs * 500) overtaken++
      latest = Math.min(latest, startedUs)
    }
  }
  return overtaken
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
