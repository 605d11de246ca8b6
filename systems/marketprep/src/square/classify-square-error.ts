import { postgresErrors } from '@seaworthy/postgres'
import { errorCode, type Outcome } from 'seaworthy/core'
import { classifyClientError } from '../clients/client-errors.ts'

/** Taking orders in has other ways to fail than Square: our own database, a vendor who disconnected. */
const notSquares: ReadonlySet<string> = new Set([
  ...Object.keys(postgresErrors),
  'ERR_SECRET_UNREADABLE',
  'ERR_SQUARE_NOT_CONNECTED',
  'ERR_SQUARE_NOT_SYNCHRONISED',
  'ERR_TOO_MANY_PAGES',
])

/** What an error of a call or of taking orders in says about Square. */
export function classifySquareError(error: unknown): Outcome {
  return notSquares.has(errorCode(error) ?? '') ? 'ignored' : classifyClientError(error)
}
