import type { HttpServer } from './http-types.ts'

/** The methods that each path has a route for. */
export interface AllowedMethods {
  /** Methods for a path, sorted; empty when no route has it. */
  of(path: string): readonly string[]
}

/** Remembers the routes of a server, so that a known path with another method is 405 and not 404. */
export function trackAllowedMethods(server: HttpServer): AllowedMethods {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()
  server.addHook('onRoute', ({ url, method }) => {
    let route = routes.get(url)
    if (route === undefined) routes.set(url, (route = { pattern: pathPattern(url), methods: new Set() }))
    for (const name of Array.isArray(method) ? method : [method]) route.methods.add(name)
  })
  return {
    of(path) {
      const found = new Set<string>()
      for (const { pattern, methods } of routes.values()) {
        if (pattern.test(path)) for (const method of methods) found.add(method)
      }
      return [...found].toSorted()
    },
  }
}

/** A parameter takes one segment, or a part of one, and a final star takes the rest. Each is matched in linear time. */
function pathPattern(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment === '*') return '.*'
    return segment.includes(':') && !segment.includes('::')
      ? '[^/]+'
      : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${segments.join('/')}$`)
}
