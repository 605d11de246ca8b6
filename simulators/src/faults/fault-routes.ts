import { isSeaworthyError } from 'seaworthy/core'
import { jsonResponse, type SimulatedRequest, type SimulatedResponse } from '../http/exchange.ts'
import { parseJson } from '../http/read-body.ts'
import { readFault } from './fault.ts'
import type { FaultSwitch } from './fault-switch.ts'

/** GET, PUT and DELETE of `/faults/{simulator}`; GET of `/faults` lists all. */
export function handleFaults(
  request: SimulatedRequest,
  switches: ReadonlyMap<string, FaultSwitch>,
): SimulatedResponse {
  const name = request.path.replace(/^\//, '')
  if (name === '' && request.method === 'GET') {
    return jsonResponse(200, Object.fromEntries([...switches].map(([key, each]) => [key, stateOf(each)])))
  }
  const target = switches.get(name)
  if (target === undefined) {
    return jsonResponse(404, {
      error: `No simulator "${name.slice(0, 100)}": there are ${[...switches.keys()].join(', ')}`,
    })
  }
  if (request.method === 'GET') return jsonResponse(200, stateOf(target))
  if (request.method === 'DELETE') {
    target.set(undefined)
    return jsonResponse(200, stateOf(target))
  }
  if (request.method !== 'PUT')
    return jsonResponse(405, { error: 'Use GET, PUT or DELETE' }, { allow: 'GET, PUT, DELETE' })
  try {
    target.set(readFault(parseJson(request.body)))
    return jsonResponse(200, stateOf(target))
  } catch (error) {
    if (!isSeaworthyError(error)) throw error
    return jsonResponse(400, { error: error.message, field: error.details['key'] })
  }
}

function stateOf(target: FaultSwitch): { fault: unknown; held: number } {
  return { fault: target.fault ?? null, held: target.held }
}
