const { then } = Promise.prototype

/**
 * What work returned as a promise that settles once and later. A plain promise is that already; one of another kind, or
 * with a `then` of its own, may call back twice or at once, so it is followed by one of ours.
 */
export function settlingOnce(result: unknown): Promise<unknown> {
  const isPlain = result instanceof Promise && result.constructor === Promise && result.then === then
  return isPlain ? result : new Promise((resolve) => resolve(result))
}
