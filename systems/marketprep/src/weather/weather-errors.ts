import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of weather. */
export const weatherErrors = {
  ERR_NO_FORECAST: {
    title: 'No forecast for this day',
    status: 503,
    meaning: 'The weather service has no forecast for the day: it reaches about two weeks ahead.',
    remedy: 'Nothing to do: climate normals answer until the day is near.',
  },
  ERR_NO_NORMALS: {
    title: 'No climate normals',
    status: 503,
    meaning: 'No measured weather is stored for the place yet.',
    remedy: 'Nothing to do: it is filled in after a venue is added.',
  },
} as const satisfies ErrorTable

export const weatherError = errorFactory(weatherErrors)
