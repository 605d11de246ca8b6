import { errorCode } from './errors.ts'
import { showValue } from './show-value.ts'

/** How long the same message is not shown again, in milliseconds. */
const quietMs = 60_000
/** How many different messages are shown, and kept, in that time. */
const messagesMax = 20

interface Shown {
  readonly atMs: number
  /** How often it came since and was not shown. */
  hidden: number
}

/**
 * Warns of foreign callbacks that threw: each message once a minute, at most 20 different ones, because a listener that
 * is broken may throw for every call. The next warning that is shown says how many were not.
 */
export class ListenerWarnings {
  readonly #now: () => number
  readonly #warn: (warning: Error) => void
  readonly #shown = new Map<string, Shown>()
  /** How many were hidden whose message is not kept. */
  #others = 0

  /**
   * @param now milliseconds on a clock that never goes back
   * @param warn is given each warning that is to be shown
   */
  constructor(now: () => number, warn: (warning: Error) => void) {
    this.#now = now
    this.#warn = warn
  }

  report(thrown: unknown): void {
    const nowMs = this.#now()
    const { message, ...rest } = readThrown(thrown)
    const before = this.#shown.get(message)
    if (before !== undefined && nowMs - before.atMs < quietMs) {
      before.hidden++
      return
    }
    if (before === undefined && !this.#hasPlace(nowMs)) {
      this.#others++
      return
    }
    const hidden = (before?.hidden ?? 0) + this.#others
    this.#others = 0
    this.#shown.set(message, { atMs: nowMs, hidden: 0 })
    const shown = hidden === 0 ? message : `${message} (and ${hidden} more that were not shown)`
    this.#warn(warningOf({ message: shown, ...rest }, thrown))
  }

  /** Shows every message again. */
  clear(): void {
    this.#shown.clear()
    this.#others = 0
  }

  #hasPlace(nowMs: number): boolean {
    if (this.#shown.size < messagesMax) return true
    for (const [message, { atMs, hidden }] of this.#shown) {
      if (nowMs - atMs < quietMs) continue
      this.#others += hidden
      this.#shown.delete(message)
    }
    return this.#shown.size < messagesMax
  }
}

/** Those of this process. The clock of the machine cannot be used here: its timers report what throws in them, too. */
export const listenerWarnings = new ListenerWarnings(
  () => performance.now(),
  (warning) => process.emitWarning(warning),
)

interface WarningParts {
  readonly message: string
  /** The stack of an error: Node prints it below the message. */
  readonly detail?: string
  readonly code?: string
}

/** An error of our own, because Node takes the name of a warning from the error that it is given. */
function warningOf({ message, ...parts }: WarningParts, cause: unknown): Error {
  return Object.assign(new Error(message, { cause }), { name: 'SeaworthyListenerWarning', ...parts })
}

/** Whatever can be thrown, also what throws when it is read. */
function readThrown(thrown: unknown): WarningParts {
  try {
    if (!(thrown instanceof Error)) return { message: String(thrown) }
    const code = errorCode(thrown)
    return {
      message: String(thrown.message),
      detail: String(thrown.stack),
      ...(code !== undefined && { code }),
    }
  } catch {
    return { message: showValue(thrown) }
  }
}
