import { coreError, defineOptions, type Runtime } from 'seaworthy/core'
import { checkPipeline } from '../engine/check-arguments.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { Policy } from '../engine/policy.ts'
import type { HasNoFallback } from './delivers.ts'
import { DispatchCall, type DispatchSettings } from './dispatch-call.ts'
import { DispatchRequest } from './dispatch-request.ts'
import { checkCovered, httpDefaults, httpFields, type HttpOptions } from './http-options.ts'
import { singleAttempt } from './single-attempt.ts'
import type { Dispatch, DispatchHandler, DispatchOptions } from './undici-types.ts'

/** An interceptor for `dispatcher.compose` of undici, from version 7 on. */
export type UndiciInterceptor = <D extends (options: never, handler: never) => boolean>(dispatch: D) => D

const resolveOptions = defineOptions('undici interceptor', httpDefaults, httpFields)

/**
 * Puts every request of an undici dispatcher through the policies: `agent.compose(undiciInterceptor(guard))` serves
 * `request`, `stream`, `pipeline` and `fetch` alike. Statuses such as 503 are failures for the policies; the caller gets
 * the last answer all the same. An answer that is tried again is never delivered, not even in part, and after the first
 * byte nothing is tried again. undici's own option `idempotent` says whether a request may be sent more than once.
 *
 * A dispatcher counts as never busy, because requests wait in the policies. Upgrades and CONNECT pass by. A fallback cannot be
 * one of the policies.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function undiciInterceptor<const Policies extends readonly Policy[]>(
  guard: Pipeline<Policies> & HasNoFallback<Policies>,
  options: HttpOptions = {},
  runtime?: Partial<Runtime>,
): UndiciInterceptor {
  checkPipeline(guard, 'undici interceptor')
  if (guard.policies.some(({ kind }) => kind === 'fallback')) {
    throw coreError(
      'ERR_INVALID_OPTION',
      'Cannot configure undici interceptor: its policies must deliver answers of the server, received a fallback; put it around the call of undici',
      { details: { target: 'undici interceptor', key: 'policies' } },
    )
  }
  const resolved = resolveOptions(options)
  checkCovered('undici interceptor', resolved.covers, options)
  const settings: DispatchSettings = { ...resolved, clock: completeRuntime(runtime).clock }
  const once = singleAttempt(guard)
  const intercept =
    (dispatch: Dispatch): Dispatch =>
    (given: DispatchOptions, handler: DispatchHandler) => {
      if (given.method === 'CONNECT' || Boolean(given.upgrade)) return dispatch(given, handler)
      const request = new DispatchRequest(given)
      const isRepeatable = request.isRepeatable(settings.isRepeatable)
      new DispatchCall({ request, handler, dispatch, settings }).run(isRepeatable ? guard : once)
      return true
    }
  // undici's own types say more than the interceptor needs; the type test holds them against it.
  return intercept as unknown as UndiciInterceptor
}
