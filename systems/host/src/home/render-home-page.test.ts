import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { homeSentence, renderHomePage } from './render-home-page.ts'
import { homePageCsp, homeStyle } from './home-style.ts'
import type { HomeSystem } from './home-system.ts'

const marketprep: HomeSystem = {
  name: 'marketprep',
  title: 'MarketPrep',
  question: 'What should I bring to the market on Saturday?',
  path: '/marketprep/',
  level: 'degraded',
  levelReason: 'weather does not answer since 10:42',
}

test('renderHomePage: each system has its question, its level in words and shape, the reason and the way to it', () => {
  const html = renderHomePage({ systems: [marketprep] })
  for (const part of [
    '<a href="/marketprep/">MarketPrep</a>',
    marketprep.question,
    '</svg>Degraded',
    'since 10:42',
  ]) {
    expect(html).toContain(part)
  }
})

test('renderHomePage: the console is named only when it is there', () => {
  expect(renderHomePage({ systems: [] })).not.toContain('/console')
  expect(renderHomePage({ systems: [], console: true })).toContain('href="/console"')
})

test('renderHomePage: no text becomes markup, and no address leaves the host', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, path) => {
      const html = renderHomePage({ systems: [{ ...marketprep, title: `<b>${text}`, path }] })
      expect(html).not.toContain('<b>')
      const href = /<h2><a href="([^"]*)"/.exec(html)?.[1] ?? ''
      expect(href).toMatch(/^\/(?!\/)/)
    }),
  )
  expect(renderHomePage({ systems: [{ ...marketprep, path: 'javascript:alert(1)' }] })).not.toContain(
    'javascript:',
  )
})

test('homePageCsp: allows the style of the page and nothing else', () => {
  const style = /<style>([^]*)<\/style>/.exec(renderHomePage({ systems: [] }))?.[1] ?? ''
  expect(homePageCsp).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`)
  expect(renderHomePage({ systems: [marketprep], console: true })).not.toMatch(
    /<script| style=| on\w+=|https?:/,
  )
})

test.each([
  [[], 'No system runs here'],
  [['full'], 'The system is at full service'],
  [['full', 'full'], 'All 2 systems are at full service'],
  [['full', 'minimal'], '1 of 2 systems is not at full service'],
  [['unknown'], 'The system is not at full service'],
] as const)('homeSentence: %j gives "%s"', (levels, sentence) => {
  expect(homeSentence(levels.map((level) => ({ level })))).toBe(sentence)
})

test('home style: its tokens are those of the look', () => {
  const look = readFileSync(new URL('../../../marketprep/src/page/look/tokens.css', import.meta.url), 'utf8')
  const tokens = homeStyle.match(/--[a-z-]+: [^;]+;/g) ?? []
  expect(tokens.length).toBeGreaterThan(10)
  for (const token of tokens) expect(look).toContain(token)
})
