import type { Clock } from './clock.ts'
import { TickingClock } from './coarse-clock.ts'
import { PlatformAlarm } from './platform-alarm.ts'
import { TimerQueue } from './timer-queue.ts'

const now = (): number => performance.now()

const timers = new TimerQueue(now, (ring) => new PlatformAlarm(ring))

const exact: Clock = {
  now,
  wallTime: () => Date.now(),
  schedule: (delayMs, callback, options) => timers.schedule(delayMs, callback, options),
}

const coarse = new TickingClock(exact, (isAwaited) => (isAwaited ? timers.hold() : timers.release()))

/**
 * The machine's own clock. All its timers share one platform timer, which keeps the process alive only while one of them
 * is to.
 */
export const systemClock: Clock = Object.freeze({ ...exact, coarse })
