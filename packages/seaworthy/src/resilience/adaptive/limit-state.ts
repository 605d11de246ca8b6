import type { LimitAlgorithm, Reading } from './limit-algorithm.ts'
import type { Sample } from './sample-window.ts'

/** What the search for a limit has come to. */
export type LimitState = SearchingState | ProbingState

interface CommonState {
  /** The limit at present. It may be a fraction; what is enforced is the whole number below. */
  readonly limit: number
  /** Mean time of a call without load, in milliseconds; Infinity while unknown. */
  readonly baseMs: number
}

/** At the start the limit doubles with each window, later the algorithm moves it. */
interface SearchingState extends CommonState {
  readonly phase: 'start' | 'steady'
  /** When the time without load is to be measured again; earlier if the limit falls to `probeAtLimit`. */
  readonly probeAtMs: number
  readonly probeAtLimit: number
}

/** For one window the limit is halved, so that nothing waits on the other side and the time without load shows. */
interface ProbingState extends CommonState {
  readonly phase: 'probe'
  /** The limit to go back to. */
  readonly resumeLimit: number
}

export interface LimitRules {
  readonly algorithm: LimitAlgorithm
  readonly min: number
  readonly max: number
  /** What is left of the limit after a window with drops, as a share. */
  readonly backoff: number
  /** The share of dropped calls that is put up with. */
  readonly dropTolerance: number
  /** Time between two measurements of the time without load. */
  readonly probeIntervalMs: number
}

/** A window of calls, and what the state after it depends on besides. */
export interface LimitStep {
  readonly sample: Sample
  readonly rules: LimitRules
  /** A random number from 0 to 1, which keeps instances from measuring at the same time. */
  readonly chance: number
}

/** How far one window moves the time without load. */
const baseSmoothing = 0.25
/** Under load only a time below this share of the base moves it: the least of many noisy times is no mean. */
const clearlyFaster = 0.9
/** A probe in which calls took less than this share of the base tells that the base was one under load. */
const muchFaster = 0.8
/** A probe that took longer than this many times the base tells that the service has become slower. */
const muchSlower = 1.2

export function initialLimitState(limit: number): LimitState {
  return { phase: 'start', limit, baseMs: Infinity, probeAtMs: Infinity, probeAtLimit: 0 }
}

/**
 * The state after a window of calls.
 *
 * - At the start the limit doubles with each window that uses it, until calls are dropped or seem to wait; then it goes
 *   back to the one before. (Slow start, V. Jacobson, 1988; without it Vegas takes minutes to become useful,
 *   Netflix/concurrency-limits#35.)
 * - No window raises a limit that it did not use, and one that used less than half of it changes nothing but the base.
 * - The time without load falls when calls get faster, but rises only by being measured with little under way: an average
 *   over loaded windows rises with the load, and the limit after it (Netflix/concurrency-limits#134, #165). It is
 *   measured at intervals, at the end of the start, and whenever the limit has halved, so that a service that has become
 *   slower is not taken for an overloaded one for long. As long as halving makes calls much faster, it goes on.
 */
export function nextLimitState(state: LimitState, step: LimitStep): LimitState {
  const { sample, rules } = step
  if (sample.droppedShare > rules.dropTolerance) return afterDrops(state, step)
  if (Number.isNaN(sample.rttMs)) return state
  if (state.phase === 'probe') return afterProbe(state, step)
  if (sample.inFlightMax * 2 < state.limit) return afterQuiet(state, step)
  return afterLoad(state, step)
}

function afterDrops(state: LimitState, step: LimitStep): LimitState {
  // What was under way in a probe is half of what seemed right: with drops even then, that is what is left.
  if (state.phase === 'probe') return steady(state.limit, state.baseMs, step)
  if (state.phase === 'start') return leaveStart(state, step)
  return { ...state, limit: clamp(state.limit * step.rules.backoff, step.rules) }
}

function afterProbe({ limit, baseMs, resumeLimit }: ProbingState, step: LimitStep): LimitState {
  const { rttMs } = step.sample
  if (rttMs < baseMs * muchFaster) {
    return limit > step.rules.min ? probe(limit, rttMs, step) : steady(limit, rttMs, step)
  }
  const isNear = rttMs < baseMs * muchSlower
  return steady(resumeLimit, isNear ? (baseMs + rttMs) / 2 : rttMs, step)
}

/** So little under way is as good as a probe, in either direction. */
function afterQuiet(state: SearchingState, step: LimitStep): LimitState {
  const baseMs = moveBase(state.baseMs, step.sample.rttMs)
  return { ...steady(state.limit, baseMs, step), phase: state.phase }
}

function afterLoad(state: SearchingState, step: LimitStep): LimitState {
  const { sample, rules } = step
  const { algorithm } = rules
  const baseMs = fallenBase(state.baseMs, sample.rttMs)
  const reading: Reading = {
    limit: state.limit,
    rttMs: sample.rttMs,
    baseMs,
    inFlightMax: sample.inFlightMax,
    isUsed: sample.inFlightMax >= Math.floor(state.limit),
  }
  if (state.phase === 'start') {
    if (algorithm.isOverloaded(reading)) return leaveStart({ ...state, baseMs }, step)
    return { ...state, baseMs, limit: reading.isUsed ? clamp(state.limit * 2, rules) : state.limit }
  }
  const limit = clamp(algorithm.adjust(reading), rules)
  const isProbeDue = sample.endMs >= state.probeAtMs || limit <= state.probeAtLimit
  if (isProbeDue && algorithm.needsBase && limit > rules.min) return probe(limit, baseMs, step)
  return { ...state, limit, baseMs }
}

/** Back to the limit before the last doubling. The time without load is measured next: it may be one under load. */
function leaveStart({ limit, baseMs }: SearchingState, step: LimitStep): SearchingState {
  return { ...steady(limit / 2, baseMs, step), probeAtMs: step.sample.endMs }
}

function steady(limit: number, baseMs: number, { sample, rules, chance }: LimitStep): SearchingState {
  const clamped = clamp(limit, rules)
  const probeAtMs = sample.endMs + rules.probeIntervalMs * (0.75 + chance / 2)
  return { phase: 'steady', limit: clamped, baseMs, probeAtMs, probeAtLimit: clamped / 2 }
}

function probe(limit: number, baseMs: number, { rules }: LimitStep): ProbingState {
  return { phase: 'probe', limit: clamp(limit / 2, rules), baseMs, resumeLimit: limit }
}

function fallenBase(baseMs: number, rttMs: number): number {
  return rttMs < baseMs * clearlyFaster ? moveBase(baseMs, rttMs) : baseMs
}

function moveBase(baseMs: number, rttMs: number): number {
  return baseMs === Infinity ? rttMs : baseMs + (rttMs - baseMs) * baseSmoothing
}

function clamp(limit: number, { min, max }: LimitRules): number {
  return Math.min(max, Math.max(min, limit))
}
