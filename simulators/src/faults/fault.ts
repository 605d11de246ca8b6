import { coreError, defineOptions, integer, number, oneOf } from 'seaworthy/core'

/**
 * A way in which a service fails.
 *
 * - `latency`: answers late
 * - `error`: answers a share of the requests with this status
 * - `hang`: takes the request and never answers, until the fault is cleared
 * - `reset`: breaks the connection in the middle of the answer
 * - `garbage`: answers 200 with broken JSON
 * - `wrong-schema`: answers 200 with valid JSON of other types
 * - `rate-limit`: answers 429 with Retry-After
 * - `down`: breaks each connection before the first byte of an answer
 */
export type Fault =
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'error'; readonly status: number; readonly share: number }
  | { readonly kind: 'rate-limit'; readonly retryAfterS: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'wrong-schema' }
  | { readonly kind: 'down' }

type FaultKind = Fault['kind']

const readers: { readonly [K in FaultKind]: (input: object) => Extract<Fault, { kind: K }> } = {
  latency: defineOptions('fault', {}, { kind: oneOf('latency'), ms: integer(0, 600_000) }),
  error: defineOptions(
    'fault',
    { share: 1 },
    { kind: oneOf('error'), status: integer(400, 599), share: number(0, 1) },
  ),
  'rate-limit': defineOptions(
    'fault',
    { retryAfterS: 1 },
    { kind: oneOf('rate-limit'), retryAfterS: integer(0, 3_600) },
  ),
  hang: defineOptions('fault', {}, { kind: oneOf('hang') }),
  reset: defineOptions('fault', {}, { kind: oneOf('reset') }),
  garbage: defineOptions('fault', {}, { kind: oneOf('garbage') }),
  'wrong-schema': defineOptions('fault', {}, { kind: oneOf('wrong-schema') }),
  down: defineOptions('fault', {}, { kind: oneOf('down') }),
}

/** The kinds of faults. */
export const faultKinds: readonly FaultKind[] = Object.freeze(Object.keys(readers) as FaultKind[])

/**
 * A fault from what a caller sent.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION that names the field and what is allowed
 */
export function readFault(input: unknown): Fault {
  const kind = typeof input === 'object' && input !== null && 'kind' in input ? input.kind : undefined
  const known = faultKinds.find((candidate) => candidate === kind)
  if (known === undefined) {
    throw coreError(
      'ERR_INVALID_OPTION',
      `Cannot set the fault: "kind" must be one of ${faultKinds.join(', ')}, received ${JSON.stringify(kind)?.slice(0, 100)}`,
      { details: { key: 'kind' } },
    )
  }
  return readers[known](input as object)
}
