import { FallbackAnswer, LiveAnswer } from '../fallback/answer.ts'

/** The sources of the responses that fallbacks gave. */
const sources = new WeakMap<Response, string>()

/**
 * Where a response of a resilient fetch comes from: the name of the fallback that gave it; undefined for one that came
 * from the server, and for one that no resilient fetch gave.
 *
 * @example
 * const response = await safeFetch(url)
 * if (sourceOf(response) !== undefined) showThatItIsNotLive()
 */
export function sourceOf(response: Response): string | undefined {
  return sources.get(response)
}

/** What a pipeline answered with, without what fallbacks say about it. */
interface Unwrapped {
  readonly value: unknown
  /** The fallback that it comes from; undefined when it is live. */
  readonly source: string | undefined
}

export function unwrapped(answer: unknown, source?: string): Unwrapped {
  if (answer instanceof LiveAnswer) return unwrapped(answer.value, source)
  if (answer instanceof FallbackAnswer) return unwrapped(answer.value, source ?? answer.source)
  return { value: answer, source }
}

/** The bodies of responses that fallbacks gave more than once; undefined for those that they gave once so far. */
const bodies = new WeakMap<Response, Promise<ArrayBuffer> | undefined>()

/** The response of a fallback as a caller gets it: one of its own, that tells where it comes from. */
export async function fallbackResponse(given: Response, source: string): Promise<Response> {
  const response = await ownResponse(given)
  sources.set(response, source)
  return response
}

/**
 * A copy, because a fallback may give the same response to every call. One that a server sent, as its URL shows, streams
 * on as it is: to copy it would keep in memory what its reader has read.
 */
async function ownResponse(given: Response): Promise<Response> {
  if (!(given instanceof Response) || given.url !== '' || isSpent(given)) return given
  if (given.body === null) return given.clone()
  if (!bodies.has(given)) {
    bodies.set(given, undefined)
    return given.clone()
  }
  // Each further clone would be one more stream behind the ones before, whether or not they are read.
  const body = bodies.get(given) ?? given.arrayBuffer()
  bodies.set(given, body)
  const { status, statusText, headers } = given
  return new Response(await body, { status, statusText, headers })
}

/** Read by somebody else: there is nothing to copy. */
function isSpent(given: Response): boolean {
  return !bodies.has(given) && (given.bodyUsed || given.body?.locked === true)
}
