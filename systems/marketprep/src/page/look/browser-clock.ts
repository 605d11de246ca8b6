/** The one place of the page that reads the browser's time or sets its timers. */
export const browserClock = {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  wallTime(): number {
    return Date.now()
  },
  /** Runs a callback once; the function it gives back cancels it. */
  schedule(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
