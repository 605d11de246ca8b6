import type { FastifyRequest } from 'fastify'
import { checkFaultRequest } from 'seaworthy/resilience'
import { runWithFaultRequest } from 'seaworthy/service'

/** The header by which a request asks for faults, in development only. */
const faultHeader = 'x-fault'

/** Goes on with a request, or ends it with an error. */
export type Entering = (request: FastifyRequest, go: (error?: Error) => void) => void

/**
 * Lets requests ask for faults: the dependencies they call that were declared with `faultRequests` meet them. What cannot
 * be understood is refused. Only for development: whoever can send a request could break it.
 */
export function withFaultRequests(enter: Entering): Entering {
  return (request, go) => {
    const asked = request.headers[faultHeader]
    if (typeof asked !== 'string') return enter(request, go)
    try {
      checkFaultRequest(asked)
    } catch (error) {
      return go(error as Error)
    }
    return runWithFaultRequest(asked, () => enter(request, go))
  }
}
