import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of reports that cannot be true. */
export const feedbackErrors = {
  ERR_MARKET_NOT_HELD: {
    title: 'Market not held yet',
    status: 422,
    meaning: "The report is about a market day that is still to come in the venue's time zone.",
    remedy: 'Report it on the market day or after.',
  },
  ERR_SOLD_BEYOND_BROUGHT: {
    title: 'More sold than brought',
    status: 422,
    meaning: 'The report says that more was sold than was brought.',
    remedy: 'Correct one of the two numbers.',
  },
} as const satisfies ErrorTable

export const feedbackError = errorFactory(feedbackErrors)
