import type { Clock } from './clock.ts'
import { TickingClock } from './coarse-clock.ts'
import { PlatformAlarm } from './platform-alarm.ts'
import { TimerQueue } from './timer-queue.ts'

const now = (): number => performance.now()

const timers = new TimerQueue(now, (ring) => new PlatformAlarm(ring))

const exact: Clock = {
  now,
  wallTime: () => Date.now(),
  schedule: (delayMs, callback) => timers.schedule(delayMs, callback),
}

/** The machine's own clock. All its timers share one platform timer, which does not keep the process alive. */
export const systemClock: Clock = Object.freeze({ ...exact, coarse: new TickingClock(exact) })
