import type { ServiceLevel } from 'seaworthy/service'

export interface HomeEntry {
  readonly name: string
  readonly title: string
  readonly question: string
  readonly path: string
  readonly level: ServiceLevel
  readonly levelReason: string
}

/** The page that lists the systems. */
export function renderHomePage({ systems }: { readonly systems: readonly HomeEntry[] }): string {
  return `<!doctype html><title>Seaworthy</title>${systems.map(({ path, title }) => `<a href="${path}">${title}</a>`).join('')}`
}
