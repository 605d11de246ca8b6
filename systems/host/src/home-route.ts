import type { HttpServer } from '@seaworthy/fastify'
import { homePageCsp } from './home/home-style.ts'
import { levelReason } from './home/level-reason.ts'
import { renderHomePage } from './home/render-home-page.ts'
import type { System } from './systems.ts'

/** `/`: the systems and how each of them is. */
export function homeRoute(server: HttpServer, systems: readonly System[]): void {
  server.get('/', { schema: { hide: true }, config: { auth: 'public' } }, (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', homePageCsp)
      .send(renderHomePage({ systems: systems.map(homeEntry) })),
  )
}

function homeEntry({ title, question, service }: System) {
  return {
    name: service.name,
    title,
    question,
    path: `/${service.name}/`,
    level: service.level(),
    levelReason: levelReason(service),
  }
}
