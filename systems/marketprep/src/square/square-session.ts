import { errorCode, isSeaworthyError } from 'seaworthy/core'

/** Calls of Square for one vendor, with an access token that is renewed when Square takes it no longer. */
export class SquareSession {
  #token: string
  readonly #renew: (refused: string) => Promise<string>

  /**
   * @param token an access token
   * @param renew makes another one out of one that Square refused
   */
  constructor(token: string, renew: (refused: string) => Promise<string>) {
    this.#token = token
    this.#renew = renew
  }

  /** Makes a call. One that is answered with 401 is made once more with a renewed token. */
  async call<T>(work: (accessToken: string) => Promise<T>): Promise<T> {
    const token = this.#token
    try {
      return await work(token)
    } catch (error) {
      if (!isTokenRefused(error)) throw error
      this.#token = await this.#renew(token)
      return work(this.#token)
    }
  }
}

/** A 403 has the same code, but a new token would lack the same permission. */
function isTokenRefused(error: unknown): boolean {
  return (
    errorCode(error) === 'ERR_UPSTREAM_UNAUTHORIZED' &&
    isSeaworthyError(error) &&
    error.details['status'] === 401
  )
}
