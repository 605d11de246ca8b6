import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of `seaworthy/telemetry`. They come from declaring instruments; recording never throws. */
export const telemetryErrors = {
  ERR_METRIC_INVALID: {
    title: 'Invalid metric',
    status: 500,
    meaning: 'A metric or label name, or the range of a histogram, is not allowed.',
    remedy: 'Correct the name or range that the message gives; a counter ends in _total.',
  },
  ERR_METRIC_CONFLICT: {
    title: 'Metric declared twice',
    status: 500,
    meaning: 'A metric was declared again with another type or other labels.',
    remedy: 'Declare it once and hand the family on, or repeat the declaration exactly.',
  },
  ERR_METRIC_LIMIT: {
    title: 'Too many metrics',
    status: 500,
    meaning: 'A registry holds as many families or collectors as it may.',
    remedy: 'Turn names that vary into labels, or raise the limit of the registry.',
  },
} as const satisfies ErrorTable

/** A code of `seaworthy/telemetry`. */
export type TelemetryErrorCode = keyof typeof telemetryErrors

export const telemetryError = errorFactory(telemetryErrors)
