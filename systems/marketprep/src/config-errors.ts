import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of MarketPrep's configuration. */
export const configErrors = {
  ERR_MARKETPREP_CONFIGURATION: {
    title: 'Bad configuration of MarketPrep',
    status: 500,
    meaning: 'An environment variable of MarketPrep is missing or cannot be used.',
    remedy: 'Correct the variable that the message names.',
  },
} as const satisfies ErrorTable

export const configError = errorFactory(configErrors)
