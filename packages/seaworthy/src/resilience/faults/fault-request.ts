import type { Duration } from 'seaworthy/core'
import { resilienceError } from '../resilience-errors.ts'
import { resolveFault, type Fault, type ResolvedFault } from './fault.ts'
import { rulesMax } from './fault-rules.ts'

const lengthMax = 500
const form = /^(?:(?<target>[^,]+):)?(?:latency=(?<delay>[\w.]+)|error(?:=(?<code>\w{1,64}))?|(?<hang>hang))$/

/**
 * The faults that a call asks for of one switch: a list such as `latency=200ms`, `error`, `error=ECONNRESET` or `hang`,
 * with commas between. One with the name of a switch before it, as in `weather:hang`, is for that alone.
 *
 * @param text what the call asks for
 * @param name the switch
 * @throws SeaworthyError ERR_FAULT_REQUEST_INVALID
 */
export function faultsFromRequest(text: string, name: string): readonly ResolvedFault[] {
  const wishes = text.split(',', rulesMax + 1)
  if (text.length > lengthMax || wishes.length > rulesMax) throw notUnderstood(text, name)
  return wishes.map((wish) => readWish(wish.trim(), text, name)).filter((fault) => fault !== undefined)
}

/**
 * Refuses a list that no switch would understand, before any is reached.
 *
 * @throws SeaworthyError ERR_FAULT_REQUEST_INVALID
 */
export function checkFaultRequest(text: string): void {
  faultsFromRequest(text, 'any dependency')
}

/** One fault of the list; undefined for one that is for another switch. */
function readWish(wish: string, text: string, name: string): ResolvedFault | undefined {
  const groups = form.exec(wish)?.groups
  if (groups === undefined) throw notUnderstood(text, name)
  const target = groups['target']
  try {
    const fault = resolveFault(faultOf(groups), name)
    return target === undefined || target === name ? fault : undefined
  } catch (cause) {
    throw notUnderstood(text, name, cause)
  }
}

function faultOf(groups: Readonly<Record<string, string | undefined>>): Fault {
  if (groups['hang'] !== undefined) return { kind: 'hang' }
  // What is no duration is refused with the fault.
  if (groups['delay'] !== undefined) return { kind: 'latency', delay: groups['delay'] as Duration }
  return { kind: 'error', code: groups['code'] }
}

function notUnderstood(text: string, name: string, cause?: unknown): Error {
  const shown = text.length > lengthMax ? `${text.length} characters` : JSON.stringify(text)
  return resilienceError(
    'ERR_FAULT_REQUEST_INVALID',
    `Cannot inject a fault into "${name}": must be a list of latency=<duration>, error, error=<code> or hang, received ${shown}`,
    { details: { name }, ...(cause !== undefined && { cause }) },
  )
}
