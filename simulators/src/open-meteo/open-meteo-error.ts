import { jsonResponse, type SimulatedResponse } from '../http/exchange.ts'

/** A request that Open-Meteo refuses: `{error: true, reason}`. */
export class OpenMeteoError extends Error {
  override readonly name = 'OpenMeteoError'
  readonly response: SimulatedResponse

  constructor(status: number, reason: string) {
    super(reason)
    this.response = jsonResponse(status, { reason, error: true })
  }
}

/** A parameter that is missing or wrong. */
export function badParameter(reason: string): OpenMeteoError {
  return new OpenMeteoError(400, reason)
}
