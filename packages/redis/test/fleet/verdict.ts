/** One unit that was used. */
export interface Start {
  readonly worker: number
  /** By the clock of the machine. */
  readonly startedUs: number
  /** When the server first had the question, by its own clock. */
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
  /** Of each worker: how long they would have waited, had all started in the order in which they came. */
  readonly fairWaitS: readonly number[]
  /** The largest difference of the two, as a share of the average wait of all. */
  readonly unfairness: number
  /**
   * The share of pairs of callers of whom the first to come started later, by more than half an interval: those of one
   * burst start in the order in which their processes get their turn.
   */
  readonly outOfTurn: number
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
/** What a unit that comes far too late, and so loses its place, may cost others and itself. */
const mostUnfair = 0.05
const mostOutOfTurn = 0.01

/** What a run shows. Naive on purpose: it knows starts and nothing of how they came about. */
export function judge(run: FleetRun, starts: readonly Start[]): Verdict {
  const sorted = starts.map(({ startedUs }) => startedUs).toSorted((a, b) => a - b)
  const first = sorted[0] ?? 0
  const arrived = starts.toSorted((a, b) => a.arrivedUs - b.arrivedUs)
  const meanOfWorkers = (startUs: (start: Start, place: number) => number): number[] =>
    Array.from({ length: run.workers }, (_, worker) =>
      mean(
        arrived.flatMap((start, place) =>
          start.worker === worker ? [(startUs(start, place) - first) / 1e6] : [],
        ),
      ),
    )
  const waits = meanOfWorkers(({ startedUs }) => startedUs)
  const fairWaits = meanOfWorkers((_, place) => sorted[place] ?? 0)
  const unfairness =
    Math.max(...waits.map((wait, worker) => Math.abs(wait - (fairWaits[worker] ?? 0)))) / mean(waits)
  const mostInAnySpan = mostWithin(sorted, run.intervalMs * 1_000)
  const usedPerSpan = sustained(sorted, run)
  const outOfTurn = shareOutOfTurn(arrived, run.intervalMs * 500)
  const holds = {
    limit: mostInAnySpan <= run.limit,
    use: usedPerSpan >= run.limit * leastUse,
    fair: unfairness <= mostUnfair && outOfTurn <= mostOutOfTurn,
    all: starts.length === run.callers,
  }
  const tookS = ((sorted.at(-1) ?? 0) - first) / 1e6
  return {
    started: starts.length,
    mostInAnySpan,
    usedPerSpan: round(usedPerSpan),
    meanWaitS: waits.map(round),
    fairWaitS: fairWaits.map(round),
    unfairness: round(unfairness),
    outOfTurn: round(outOfTurn),
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

/** @param arrived in the order of arrival */
function shareOutOfTurn(arrived: readonly Start[], byUs: number): number {
  let pairs = 0
  for (const [place, { startedUs }] of arrived.entries()) {
    for (const later of arrived.slice(place + 1)) if (startedUs - later.startedUs > byUs) pairs++
  }
  return pairs / Math.max(1, (arrived.length * (arrived.length - 1)) / 2)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
