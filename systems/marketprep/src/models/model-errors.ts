import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of trained models. */
export const modelErrors = {
  ERR_NO_MODEL: {
    title: 'No trained model',
    status: 409,
    meaning: 'The vendor has no trained model yet.',
    remedy: 'Import or synchronise sales of at least a few market days; training follows by itself.',
  },
} as const satisfies ErrorTable

export const modelError = errorFactory(modelErrors)
