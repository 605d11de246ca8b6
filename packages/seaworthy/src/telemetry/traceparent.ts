/** The position of a request in a distributed trace, as the caller states it. */
export interface TraceParent {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string
  /** 16 lower-case hex digits, not all zero. */
  readonly spanId: string
  /** Whether the caller may have recorded its part of the trace. */
  readonly sampled: boolean
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const lengthMax = 256
const sampledFlag = 1

/**
 * Reads a `traceparent` header by W3C Trace Context, section 3.2: version ff is invalid, version 00 has exactly four
 * fields, a later version may have more. Undefined when the header is not valid; a trace then starts anew.
 */
export function parseTraceParent(header: string): TraceParent | undefined {
  if (header.length > lengthMax) return undefined
  const [, version, traceId, spanId, flags, rest] = pattern.exec(header) ?? []
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) {
    return undefined
  }
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (isZero(traceId) || isZero(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & sampledFlag) === sampledFlag }
}

/** A `traceparent` header of version 00. */
export function formatTraceParent({ traceId, spanId, sampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}

function isZero(id: string): boolean {
  return /^0+$/.test(id)
}
