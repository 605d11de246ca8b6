import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of recommending. */
export const recommendErrors = {
  ERR_MARKET_DATE: {
    title: 'Market date out of range',
    status: 422,
    meaning: 'The market day is past or too far ahead to say anything about.',
    remedy: 'Choose a day within the range that the message gives.',
  },
  ERR_NO_RECOMMENDATION: {
    title: 'No recommendations',
    status: 404,
    meaning: 'No recommendations were made for this market day and venue.',
    remedy: 'Ask for them with POST /recommendations.',
  },
} as const satisfies ErrorTable

export const recommendError = errorFactory(recommendErrors)
