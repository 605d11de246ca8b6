import type { InFlightWatch } from './in-flight-watch.ts'

/**
 * What a call that was let in carries, to say on its way out: the generation of the state that let it in. A number when
 * nothing else matters, so that an ordinary call allocates nothing.
 */
export type Ticket = number | TimedTicket

/** Of a call of a breaker that was disabled: its result counts nowhere. */
export const uncounted = -1

/** Of a call that was let past a breaker which only observes: its result is counted, but moves nothing. */
export const past = -2

/** A ticket with the time, for a probe and where slow or hanging calls are told apart. */
export class TimedTicket {
  readonly generation: number
  readonly startedAt: number
  readonly watch: InFlightWatch | undefined

  constructor(generation: number, startedAt: number, watch?: InFlightWatch) {
    this.generation = generation
    this.startedAt = startedAt
    this.watch = watch
  }
}

export function generationOf(ticket: Ticket): number {
  return typeof ticket === 'number' ? ticket : ticket.generation
}
