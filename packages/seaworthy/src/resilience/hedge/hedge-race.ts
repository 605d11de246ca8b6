/**
 * Attempts at the same work that race each other, as a pure state machine: no clock, no signals, no promises.
 * Attempts are numbered from 0, the one that the call began with. After J. Dean and L. A. Barroso, "The Tail at
 * Scale", CACM 2013: a further attempt starts when the ones before it have not answered for some time, and the first
 * success wins.
 */

export interface Race {
  /** Whether it has no result yet and was not given up. */
  readonly isRunning: boolean
  /** Attempts started so far. */
  readonly started: number
  /** Attempts under way, a bit for each. */
  readonly open: number
  /** Whether a further attempt is due after the delay. */
  readonly waits: boolean
}

export type RaceEvent =
  /** The delay is over. `granted` tells whether the budget pays for a further attempt. */
  | { readonly type: 'due'; readonly granted: boolean }
  | { readonly type: 'succeeded' | 'failed'; readonly attempt: number }
  /** The call as a whole was given up. */
  | { readonly type: 'aborted' }

/** The race after an event, and what is to be done. */
export interface RaceStep {
  readonly race: Race
  /** The attempt to start. */
  readonly start?: number
  /** The attempts to abort, a bit for each; 0 for none. */
  readonly abort: number
  /** The attempt whose success or failure is the result of the call. */
  readonly settle?: number
  /** The attempt whose success comes too late. */
  readonly discard?: number
}

/** A race whose attempt 0 has just been started. */
export function startRace(max: number): Race {
  return { isRunning: true, started: 1, open: 1, waits: max > 0 }
}

/**
 * The race after an event.
 *
 * @param max how many attempts there may be beside the first
 */
export function raceStep(race: Race, event: RaceEvent, max: number): RaceStep {
  switch (event.type) {
    case 'due':
      return due(race, event.granted, max)
    case 'succeeded':
      return succeeded(race, event.attempt)
    case 'failed':
      return failed(race, event.attempt)
    case 'aborted':
      return { race: over(race, race.open), abort: race.isRunning ? race.open : 0 }
  }
}

function over(race: Race, open: number): Race {
  return { isRunning: false, started: race.started, open, waits: false }
}

function due(race: Race, granted: boolean, max: number): RaceStep {
  if (!race.waits) return { race, abort: 0 }
  if (!granted) return { race: { ...race, waits: false }, abort: 0 }
  const start = race.started
  return {
    race: { ...race, started: start + 1, open: race.open | (1 << start), waits: start < max },
    start,
    abort: 0,
  }
}

function succeeded(race: Race, attempt: number): RaceStep {
  const open = race.open & ~(1 << attempt)
  return race.isRunning
    ? { race: over(race, open), abort: open, settle: attempt }
    : { race: over(race, open), abort: 0, discard: attempt }
}

/**
 * When the last attempt under way has failed, the call ends as it would have without hedging: with the first's error.
 */
function failed(race: Race, attempt: number): RaceStep {
  const open = race.open & ~(1 << attempt)
  if (!race.isRunning || open !== 0) return { race: { ...race, open }, abort: 0 }
  return { race: over(race, open), abort: 0, settle: 0 }
}
