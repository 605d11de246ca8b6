import type { Duration } from 'seaworthy/core'
import { resilienceError } from '../resilience-errors.ts'
import { resolveFault, type Fault, type ResolvedFault } from './fault.ts'
import { rulesMax } from './fault-rules.ts'

const lengthMax = 500
const form = /^(?:(?<target>[^,]+):)?(?<kind>latency|error|hang)(?:=(?<argument>[\w.]{1,64}))?$/

/**
 * The faults that a call asks for of one switch: a list such as `latency=200ms`, `error`, `error=ECONNRESET` or `hang`,
 * with commas between. One with the name of a switch before it, as in `weather:hang`, is for that alone.
 *
 * @param text what the call asks for
 * @param name the switch
 * @throws SeaworthyError ERR_FAULT_REQUEST_INVALID
 */
export function faultsFromRequest(text: string, name: string): readonly ResolvedFault[] {
  const wishes = text.length > lengthMax ? [] : text.split(',')
  if (wishes.length === 0 || wishes.length > rulesMax) throw notUnderstood(text, name)
  return wishes.flatMap((wish) => {
    const groups = form.exec(wish.trim())?.groups
    const fault = groups && faultOf(groups['kind'], groups['argument'])
    if (groups === undefined || fault === undefined) throw notUnderstood(text, name)
    const target = groups['target']
    return target === undefined || target === name ? [resolved(fault, text, name)] : []
  })
}

function faultOf(kind: string | undefined, argument: string | undefined): Fault | undefined {
  if (kind === 'error') return argument === undefined ? { kind } : { kind, code: argument }
  if (kind === 'hang') return argument === undefined ? { kind } : undefined
  // What is no duration is refused with the fault.
  return argument === undefined ? undefined : { kind: 'latency', delay: argument as Duration }
}

function resolved(fault: Fault, text: string, name: string): ResolvedFault {
  try {
    return resolveFault(fault, name)
  } catch (cause) {
    throw notUnderstood(text, name, cause)
  }
}

function notUnderstood(text: string, name: string, cause?: unknown): Error {
  const shown = text.length > lengthMax ? `${text.length} characters` : JSON.stringify(text)
  return resilienceError(
    'ERR_FAULT_REQUEST_INVALID',
    `Cannot inject a fault into "${name}": must be a list of latency=<duration>, error, error=<code> or hang, received ${shown}`,
    { details: { name }, ...(cause !== undefined && { cause }) },
  )
}
