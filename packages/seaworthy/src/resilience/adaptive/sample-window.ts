/** What a window of calls showed. */
export interface Sample {
  /** Mean time of the calls that were served, in milliseconds; NaN when none was. */
  readonly rttMs: number
  /** Share of the calls that were dropped: timed out, or answered with overload. */
  readonly droppedShare: number
  /** The most calls that were under way at once. */
  readonly inFlightMax: number
  /** When it ended, in milliseconds on the limiter's clock. */
  readonly endMs: number
}

export interface SampleWindowRules {
  /** How long a window is at least. */
  readonly windowMs: number
  /** How many calls it has at least. */
  readonly samplesMin: number
}

/** How many times as long as its calls a window is: of calls that begin late in it, only the short ones end in it. */
const callsLong = 4

/** A window that is longer than so many times its least length, and its calls, mixes present and past: it is dropped. */
const staleAfter = { lengths: 20, calls: 10 } as const

/**
 * Gathers calls into windows. Only calls that began after the window before had ended count in it, so that it shows the
 * effect of the limit that is valid now, and it lasts from the beginning of the first of them.
 */
export class SampleWindow {
  readonly #rules: SampleWindowRules
  #openedMs: number
  #firstMs = Infinity
  #inFlightMax = 0
  #served = 0
  #dropped = 0
  #sumMs = 0

  constructor(rules: SampleWindowRules, nowMs: number) {
    this.#rules = rules
    this.#openedMs = nowMs
  }

  /** Adds a call that was served and ends now. `inFlight` counts it. True when the window is complete: {@link close} it. */
  served(startedMs: number, nowMs: number, inFlight: number): boolean {
    if (!this.#counts(startedMs, nowMs, inFlight)) return false
    this.#served++
    this.#sumMs += nowMs - startedMs
    return this.#isComplete(nowMs - this.#firstMs)
  }

  /** The same for a call that was dropped. */
  dropped(startedMs: number, nowMs: number, inFlight: number): boolean {
    if (!this.#counts(startedMs, nowMs, inFlight)) return false
    this.#dropped++
    return this.#isComplete(nowMs - this.#firstMs)
  }

  /** What it shows. The next window is open then. */
  close(nowMs: number): Sample {
    const sample = {
      rttMs: this.#sumMs / this.#served,
      droppedShare: this.#dropped / (this.#served + this.#dropped),
      inFlightMax: this.#inFlightMax,
      endMs: nowMs,
    }
    this.#reopen(nowMs)
    return sample
  }

  #counts(startedMs: number, nowMs: number, inFlight: number): boolean {
    if (this.#isStale(nowMs - this.#firstMs)) this.#reopen(nowMs)
    if (inFlight > this.#inFlightMax) this.#inFlightMax = inFlight
    if (startedMs < this.#openedMs) return false
    if (startedMs < this.#firstMs) this.#firstMs = startedMs
    return true
  }

  #isComplete(lengthMs: number): boolean {
    const { windowMs, samplesMin } = this.#rules
    if (lengthMs < windowMs || this.#served + this.#dropped < samplesMin) return false
    return lengthMs * this.#served >= callsLong * this.#sumMs
  }

  #isStale(lengthMs: number): boolean {
    if (lengthMs <= this.#rules.windowMs * staleAfter.lengths) return false
    return lengthMs * (this.#served + this.#dropped) > staleAfter.calls * this.#sumMs
  }

  #reopen(nowMs: number): void {
    this.#openedMs = nowMs
    this.#firstMs = Infinity
    this.#inFlightMax = 0
    this.#served = 0
    this.#dropped = 0
    this.#sumMs = 0
  }
}
