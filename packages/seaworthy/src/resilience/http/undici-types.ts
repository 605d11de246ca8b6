/**
 * The part of undici's dispatcher API, versions 7 and 8, that the interceptor uses. It is written out here so that the
 * types of this package need no undici; that they fit is a type test.
 */

export interface DispatchOptions {
  readonly origin?: string | URL | undefined
  readonly path: string
  readonly method: string
  readonly body?: unknown
  readonly headers?: unknown
  readonly idempotent?: boolean | undefined
  readonly upgrade?: boolean | string | null | undefined
}

export interface DispatchController {
  readonly aborted: boolean
  readonly paused: boolean
  readonly reason: Error | null
  readonly rawHeaders?: unknown
  readonly rawTrailers?: unknown
  abort(reason: Error): void
  pause(): void
  resume(): void
}

export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>

/** What came before a body. */
export interface ResponseHead {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly message: string | undefined
}

export interface DispatchHandler {
  onRequestStart?(controller: DispatchController, context: unknown): void
  onRequestUpgrade?(
    controller: DispatchController,
    status: number,
    headers: ResponseHeaders,
    socket: unknown,
  ): void
  onResponseStarted?(): void
  onResponseStart?(
    controller: DispatchController,
    status: number,
    headers: ResponseHeaders,
    message?: string,
  ): void
  onResponseData?(controller: DispatchController, chunk: Uint8Array): void
  onResponseEnd?(controller: DispatchController, trailers: ResponseHeaders): void
  onResponseError?(controller: DispatchController, error: Error): void
  onBodySent?(chunk: Uint8Array): void
  onRequestSent?(): void
}

export type Dispatch = (options: DispatchOptions, handler: DispatchHandler) => boolean
