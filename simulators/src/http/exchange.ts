import type { IncomingHttpHeaders } from 'node:http'

/** A request as a simulator sees it: the path without the simulator's prefix, the body read and bounded. */
export interface SimulatedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface SimulatedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A stand-in of one outside service. */
export interface Simulator {
  /** The first segment of its paths. */
  readonly name: string
  /** One line for the index page. */
  readonly summary: string
  /** Paths worth opening, for the index page. */
  readonly examples: readonly string[]
  handle(request: SimulatedRequest): SimulatedResponse
  /** An error of this status in the service's own form. */
  failure(status: number): SimulatedResponse
}

export function jsonResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): SimulatedResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  }
}

export function htmlResponse(status: number, body: string): SimulatedResponse {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body }
}

export function redirectResponse(location: string): SimulatedResponse {
  return { status: 302, headers: { location }, body: '' }
}

/** Text that is safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}
