import { noAnswer } from './problem.ts'
import { type RawAnswer } from './raw-answer.ts'

export interface FileUpload {
  readonly file: File
  /** 0 to 100 of the bytes that have gone. */
  readonly onProgress: (percent: number) => void
  readonly signal: AbortSignal
}

/** Posts a CSV file. `fetch` cannot say how far an upload is, therefore XMLHttpRequest. */
export function sendFile(
  url: string,
  token: string | null,
  { file, onProgress, signal }: FileUpload,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('content-type', 'text/csv')
    request.setRequestHeader('accept', 'application/json')
    if (token !== null) request.setRequestHeader('authorization', `Bearer ${token}`)
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress((100 * event.loaded) / event.total)
    })
    request.addEventListener('load', () =>
      resolve({
        status: request.status,
        text: request.responseText,
        header: (name) => request.getResponseHeader(name),
      }),
    )
    request.addEventListener('error', () => reject(noAnswer()))
    request.addEventListener('abort', () => reject(signal.reason))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}
