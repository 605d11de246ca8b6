import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of building the page. */
export const pageErrors = {
  ERR_PAGE_NOT_BUILT: {
    title: 'Page not built',
    status: 500,
    meaning: 'There is neither a built page nor the tool that builds it.',
    remedy:
      'Install the development dependencies (npm ci) and start again, or ship dist/page with the system.',
  },
} as const satisfies ErrorTable

export const pageError = errorFactory(pageErrors)
