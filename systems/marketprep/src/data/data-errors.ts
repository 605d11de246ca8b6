import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of what MarketPrep stores. */
export const dataErrors = {
  ERR_EMAIL_TAKEN: {
    title: 'Address already registered',
    status: 409,
    meaning: 'An account with this e-mail address exists.',
    remedy: 'Sign in, or register with another address.',
  },
  ERR_PRODUCT_NOT_FOUND: {
    title: 'Product not found',
    status: 404,
    meaning: 'The vendor has no product with this id.',
    remedy: 'List the products and take the id from there.',
  },
  ERR_PRODUCT_EXISTS: {
    title: 'Product already exists',
    status: 409,
    meaning: 'The vendor has a product with this name; case and blanks do not count.',
    remedy: 'Change the existing product, or choose another name.',
  },
  ERR_VENUE_NOT_FOUND: {
    title: 'Venue not found',
    status: 404,
    meaning: 'The vendor has no venue with this id.',
    remedy: 'List the venues and take the id from there.',
  },
  ERR_VENUE_EXISTS: {
    title: 'Venue already exists',
    status: 409,
    meaning: 'The vendor has a venue with this name; case and blanks do not count.',
    remedy: 'Change the existing venue, or choose another name.',
  },
  ERR_RECOMMENDATION_NOT_FOUND: {
    title: 'Recommendation not found',
    status: 404,
    meaning: 'The vendor has no recommendation with this id.',
    remedy: 'Take the id from a set of recommendations.',
  },
  ERR_FEEDBACK_EXISTS: {
    title: 'Feedback already given',
    status: 409,
    meaning: 'A recommendation takes one feedback, and this one has it.',
    remedy: 'Nothing to do; the first feedback stands.',
  },
  ERR_SQUARE_NOT_CONNECTED: {
    title: 'Square is not connected',
    status: 409,
    meaning: 'The vendor has no connection to Square.',
    remedy: 'Connect Square first.',
  },
} as const satisfies ErrorTable

/** A code of what MarketPrep stores. */
export type DataErrorCode = keyof typeof dataErrors

export const dataError = errorFactory(dataErrors)
