/** Parts that a window is made of: the oldest goes as a whole. */
const parts = 12

/** How many calls were asked for and how many of them accepted, in the last so much time. It takes 200 bytes and no timer. */
export class AcceptWindow {
  readonly #partMs: number
  readonly #requests = new Float64Array(parts)
  readonly #accepts = new Float64Array(parts)
  /** Number of the newest part since time 0. */
  #part: number
  requests = 0
  accepts = 0

  constructor(lengthMs: number, nowMs: number) {
    this.#partMs = lengthMs / parts
    this.#part = Math.floor(nowMs / this.#partMs)
  }

  add(isAccepted: boolean, nowMs: number): void {
    this.expire(nowMs)
    const place = this.#part % parts
    this.#requests[place] = (this.#requests[place] ?? 0) + 1
    this.requests++
    if (!isAccepted) return
    this.#accepts[place] = (this.#accepts[place] ?? 0) + 1
    this.accepts++
  }

  /** Drops what is older than the window. */
  expire(nowMs: number): void {
    const part = Math.floor(nowMs / this.#partMs)
    const gone = Math.min(parts, part - this.#part)
    for (let i = 1; i <= gone; i++) this.#clear((this.#part + i) % parts)
    if (part > this.#part) this.#part = part
  }

  #clear(place: number): void {
    this.requests -= this.#requests[place] ?? 0
    this.accepts -= this.#accepts[place] ?? 0
    this.#requests[place] = 0
    this.#accepts[place] = 0
  }
}
