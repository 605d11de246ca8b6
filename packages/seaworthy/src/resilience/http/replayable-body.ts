const replayableTags: ReadonlySet<string> = new Set(['Blob', 'File', 'FormData', 'URLSearchParams'])

/** Whether a body can be sent more than once: one that is in memory, not a stream or an iterator. */
export function isReplayable(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'string') return true
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return true
  // By its tag, because undici has classes of its own beside the global ones.
  return replayableTags.has(Object.prototype.toString.call(body).slice('[object '.length, -1))
}
