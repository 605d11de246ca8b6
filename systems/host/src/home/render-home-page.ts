import { homeStyle } from './home-style.ts'
import type { HomeLevel, HomeSystem } from './home-system.ts'

export interface HomePageOptions {
  readonly systems: readonly HomeSystem[]
  /** Whether the operations console answers at `/console`. Default: false. */
  readonly console?: boolean
}

const words: Readonly<Record<HomeLevel, string>> = {
  full: 'Full service',
  degraded: 'Degraded',
  minimal: 'Minimal',
  unavailable: 'Unavailable',
  unknown: 'Not known yet',
}

const shapes: Readonly<Record<HomeLevel, string>> = {
  full: '<circle cx="6" cy="6" r="5" fill="currentColor"/>',
  degraded: '<path d="M6 .8 11.6 11H.4Z" fill="currentColor"/>',
  minimal: '<path d="M6 .2 11.8 6 6 11.8 .2 6Z" fill="currentColor"/>',
  unavailable: '<path d="M1 1h10v10H1Z" fill="currentColor"/>',
  unknown:
    '<circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="2.4 1.8"/>',
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')

/** An address on this host; anything else, such as a script's, becomes the home page itself. */
const address = (path: string): string => (/^\/(?![/\\])/.test(path) ? escape(path) : '/')

const levelChip = (level: HomeLevel): string =>
  `<span class="level"><svg class="${level}" viewBox="0 0 12 12" aria-hidden="true">${shapes[level]}</svg>${words[level]}</span>`

function systemItem({ title, question, path, level, levelReason }: HomeSystem): string {
  const reason =
    levelReason === null || levelReason === '' ? '' : `<p class="reason soft">${escape(levelReason)}</p>`
  return `<li><div><h2><a href="${address(path)}">${escape(title)}</a></h2><p>${escape(question)}</p></div>${levelChip(level)}${reason}</li>`
}

/** One sentence that says how things are: "1 of 5 systems is not at full service." */
export function homeSentence(systems: readonly Pick<HomeSystem, 'level'>[]): string {
  const [total, troubled] = [systems.length, systems.filter(({ level }) => level !== 'full').length]
  if (total === 0) return 'No system runs here'
  if (total === 1) return `The system is ${troubled === 0 ? '' : 'not '}at full service`
  if (troubled === 0) return `All ${total} systems are at full service`
  return `${troubled} of ${total} systems ${troubled === 1 ? 'is' : 'are'} not at full service`
}

/**
 * The page at `/`: the systems, each with its question, its service level and the way to it. Self-contained, without
 * script; send it with {@link homePageCsp}. All text is escaped.
 */
export function renderHomePage({ systems, console = false }: HomePageOptions): string {
  const list = systems.length === 0 ? '' : `<ul>${systems.map(systemItem).join('')}</ul>`
  const links = [
    ...(console ? ['<a href="/console">Operations console</a>'] : []),
    '<a href="/health">Health</a>',
    '<a href="/metrics">Metrics</a>',
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Seaworthy</title>
<style>${homeStyle}</style>
</head>
<body>
<main>
<p class="name"><strong>Seaworthy</strong></p>
<h1>${homeSentence(systems)}</h1>
${list}
<p class="more">${links.join('')}</p>
</main>
</body>
</html>
`
}
