import { callable, defineOptions, integer, optional, type Runtime } from 'seaworthy/core'
import { checkPipeline } from '../engine/check-arguments.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { Policy } from '../engine/policy.ts'
import type { Delivers } from './delivers.ts'
import { FetchCall, type FetchSettings } from './fetch-call.ts'
import { FetchRequest } from './fetch-request.ts'
import { bytesMax, checkCovered, httpDefaults, httpFields, type HttpOptions } from './http-options.ts'
import { singleAttempt } from './single-attempt.ts'

export interface ResilientFetchOptions extends HttpOptions {
  /** What sends. Default: the global `fetch`, as it is at the time of the call. */
  readonly fetch?: typeof fetch
  /**
   * The largest body of a `Request` object, in bytes, that is kept to be sent again, from 0 to 1 GiB. A larger one is sent
   * once. The body in the second argument of fetch is not kept: as text, bytes, `Blob`, `FormData` or `URLSearchParams`
   * it can be sent again as it is, as a stream it cannot. Default 1 MiB.
   */
  readonly requestBodyMaxBytes?: number
}

export const resilientFetchDefaults = { ...httpDefaults, requestBodyMaxBytes: 1_048_576 } as const

const resolveOptions = defineOptions('resilient fetch', resilientFetchDefaults, {
  ...httpFields,
  fetch: optional(callable<typeof fetch>()),
  requestBodyMaxBytes: integer(0, bytesMax),
})

/**
 * A fetch whose every call goes through the policies. Statuses such as 503 are failures for them, so that retry waits as
 * long as `Retry-After` says and the breaker opens; the caller gets a `Response` all the same, that of the last attempt,
 * and an error only where the policies have one: a timeout, an open circuit, a connection that failed.
 *
 * The caller's signal ends the call at once, also while it waits between attempts, and the body that streams after it. No
 * other signal is aborted after the answer.
 *
 * A fallback among the policies must answer with a `Response`, and {@link sourceOf} then tells which fallback it was. One
 * that was made in this process, as that of `constant`, may be given to any number of calls: each gets a copy, for which
 * its body is kept in memory. One that a server sent is handed over as it is, and its body can be read once: `lastGood`
 * keeps responses, but not their bodies.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function resilientFetch<const Policies extends readonly Policy[]>(
  guard: Pipeline<Policies> & Delivers<Response, Policies>,
  options: ResilientFetchOptions = {},
  runtime?: Partial<Runtime>,
): typeof fetch {
  checkPipeline(guard, 'resilient fetch')
  const { fetch: own, requestBodyMaxBytes, ...http } = resolveOptions(options)
  checkCovered('resilient fetch', http.covers, options)
  const { clock } = completeRuntime(runtime)
  const settings: FetchSettings = { ...http, clock, send: own ?? sendGlobally }
  const once = singleAttempt(guard)
  return async (input, init) => {
    const request = new FetchRequest(input, init)
    const repeatable = settings.isRepeatable(request)
      ? await request.repeatable(requestBodyMaxBytes)
      : undefined
    if (repeatable === undefined) return new FetchCall(request, settings).run(once)
    return new FetchCall(repeatable, settings).run(guard)
  }
}

const sendGlobally: typeof fetch = (input, init) => fetch(input, init)
