import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of `@seaworthy/redis`. */
export const redisErrors = {
  ERR_REDIS_UNAVAILABLE: {
    title: 'Redis unavailable',
    status: 503,
    meaning: 'Redis cannot be reached, or is left alone for a while because it failed a moment ago.',
    remedy: 'Go on without shared state. Redis is tried again in the background.',
  },
  ERR_REDIS_TIMEOUT: {
    title: 'Redis did not answer',
    status: 503,
    meaning: 'Redis did not answer a command within its time. Whether it was carried out is not known.',
    remedy: 'Go on without shared state; raise commandTimeout only if so long a wait is acceptable.',
  },
  ERR_REDIS_LOST: {
    title: 'Connection to Redis lost',
    status: 503,
    meaning: 'The connection ended before a command was answered. Whether it was carried out is not known.',
    remedy: 'Go on without shared state. Redis is tried again in the background.',
  },
  ERR_REDIS_OVERLOADED: {
    title: 'Too many commands for Redis',
    status: 503,
    meaning: 'As many commands as allowed wait for their answers from Redis.',
    remedy: 'Try again later; raise inFlightMax only if Redis is fast enough for it.',
  },
  ERR_REDIS_CLOSED: {
    title: 'Redis link closed',
    status: 503,
    meaning: 'The link to Redis was used after its close began.',
    remedy: 'The service is shutting down; send the work elsewhere.',
  },
  ERR_REDIS_REFUSED: {
    title: 'Redis refused a command',
    status: 500,
    meaning: 'Redis answered a command with an error that trying again does not mend.',
    remedy: 'Read the answer in the message: rights of the user, or a key that holds something else.',
  },
  ERR_REDIS_REPLY: {
    title: 'Unexpected answer of Redis',
    status: 500,
    meaning: 'The answer of a script does not have the form that the script gives it.',
    remedy: 'Give each version and each system its own prefix; look for a proxy that changes answers.',
  },
  ERR_REDIS_TOO_SLOW: {
    title: 'Redis too slow for a shared limit',
    status: 503,
    meaning: 'Answers arrive later than the units that they grant may be used.',
    remedy: 'Raise startWithin of the limit above the round trip to Redis, or bring Redis nearer.',
  },
} as const satisfies ErrorTable

/** A code of `@seaworthy/redis`. */
export type RedisErrorCode = keyof typeof redisErrors

export const redisError = errorFactory(redisErrors)
