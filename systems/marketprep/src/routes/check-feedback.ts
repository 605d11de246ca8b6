import type { FeedbackBody } from '../contract/feedback.ts'
import { todayAt } from '../market-days.ts'
import { feedbackError } from './feedback-errors.ts'

/** @throws SeaworthyError ERR_SOLD_BEYOND_BROUGHT */
export function checkAmounts({ brought, sold }: FeedbackBody): void {
  if (sold <= brought) return
  const fields = [{ field: 'body/sold', message: `must be at most ${brought}, as brought` }]
  throw feedbackError(
    'ERR_SOLD_BEYOND_BROUGHT',
    `Cannot take feedback: sold must be at most ${brought}, as brought, received ${sold}`,
    { details: { fields } },
  )
}

/**
 * Today counts: a market may be over before its day is.
 *
 * @throws SeaworthyError ERR_MARKET_NOT_HELD
 */
export function checkHeld(
  market: { readonly marketDate: string; readonly timeZone: string },
  wallTimeMs: number,
): void {
  const { marketDate } = market
  const today = todayAt(market, wallTimeMs)
  if (marketDate <= today) return
  const fields = [{ field: 'body/recommendationId', message: `must be of a market day up to ${today}` }]
  throw feedbackError(
    'ERR_MARKET_NOT_HELD',
    `Cannot take feedback: the market day must be ${today} or earlier, received ${marketDate}`,
    { details: { fields } },
  )
}
