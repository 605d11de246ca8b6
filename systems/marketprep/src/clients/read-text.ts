/** The body as text; undefined when it is longer than `bytesMax`. Throws what the stream throws when it breaks. */
export async function readText(response: Response, bytesMax: number): Promise<string | undefined> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  // Leaving the loop early cancels the stream, which frees the connection.
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength
    if (size > bytesMax) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
