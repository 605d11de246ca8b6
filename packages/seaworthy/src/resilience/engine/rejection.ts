/**
 * What a handler of a promise returns to reject what is derived from it. A throw there costs several times as much, and
 * a rejected promise would be reported as one that nobody handles, until it is.
 */
export class Rejection {
  readonly #reason: unknown

  constructor(reason: unknown) {
    this.#reason = reason
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is made to be followed by a promise
  then(_onFulfilled: unknown, reject: (reason: unknown) => void): void {
    reject(this.#reason)
  }
}
