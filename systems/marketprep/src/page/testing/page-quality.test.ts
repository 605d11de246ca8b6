import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensurePageBuilt } from '../../page-build.ts'
import { hasChromium } from './chromium.ts'
import { pageBench, type OpenOptions, type PageBench } from './open-page.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const first = '?day=2026-06-13&venue=0190f3a2-0002-7a52-9d0e-000000000001'

const views: readonly (readonly [string, OpenOptions])[] = [
  ['sign in', {}],
  ['market day', { state: { signedIn: true } }],
  ['why', { path: `/${first}&product=0190f3a2-0003-7a52-9d0e-000000000003`, state: { signedIn: true } }],
  ['degraded', { state: { signedIn: true, degraded: true } }],
  ['failed', { state: { signedIn: true, failing: new Set(['POST /recommendations']) } }],
  ['first steps', { state: { signedIn: true, isNew: true } }],
  ['results', { path: '/results', state: { signedIn: true } }],
  ['sales', { path: '/sales', state: { signedIn: true, square: true } }],
  ['set-up', { path: '/set-up', state: { signedIn: true } }],
  ['set-up of a new vendor', { path: '/set-up', state: { signedIn: true, isNew: true } }],
]

interface AxeResult {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axeSource)
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: AxeResult[] }> } }
    return (await axe.run()).violations
  })
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  )
}

/** What a finger has to hit and is smaller than 44 px; words within a sentence are exempt, as in WCAG 2.5.8. */
const smallTargets = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, a, .check, .place, input:not([type=radio], [type=checkbox])',
      ),
    ]
      .filter((each) => each.offsetParent !== null && !each.matches('.moment, .skip, p a'))
      .filter((each) => each.closest('[style*="clip"], .unseen') === null)
      .filter((each) => each.getBoundingClientRect().height < 44)
      .map((each) => each.outerHTML.slice(0, 120)),
  )

describe.runIf(hasChromium('the page of marketprep, its quality'))('page', { timeout: 60_000 }, () => {
  let bench: PageBench
  beforeAll(async () => {
    bench = await pageBench()
  }, 120_000)
  afterAll(() => bench[Symbol.asyncDispose]())

  test.each(views)('page: %s has no axe violations on desk and phone, light and dark', async (_, options) => {
    await using opened = await bench.open(options)
    const { page } = opened
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        expect([width, colorScheme, await violations(page)]).toEqual([width, colorScheme, []])
      }
    }
    expect(opened.complaints).toEqual([])
  })

  test.each(views)(
    'page: %s never scrolls sideways, and a phone has targets of 44 px',
    async (_, options) => {
      await using opened = await bench.open({ ...options, width: 390, touch: true })
      const { page } = opened
      expect(await smallTargets(page)).toEqual([])
      for (const width of [320, 390, 768, 1100, 1920]) {
        await page.setViewportSize({ width, height: 900 })
        expect([width, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([
          width,
          width,
        ])
      }
    },
  )

  test('page: long names without a blank wrap within their column', async () => {
    await using opened = await bench.open({ path: '/set-up', state: { signedIn: true } })
    const { page } = opened
    for (const list of ['products', 'venues']) {
      await page.route(`**/api/${list}`, async (route) => {
        const response = await route.fetch()
        const { items } = (await response.json()) as { items: object[] }
        const long = { name: 'n'.repeat(120), category: 'c'.repeat(60) }
        await route.fulfill({ response, json: { items: items.map((item) => ({ ...item, ...long })) } })
      })
    }
    await page.reload()
    await page.locator('.set-up-name', { hasText: 'nnn' }).first().waitFor()
    for (const width of [1280, 390, 320]) {
      await page.setViewportSize({ width, height: 900 })
      const tooWide = await page
        .locator('.set-up-list > li > span')
        .evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).length)
      expect([width, tooWide]).toEqual([width, 0])
    }
  })

  test('page: the reasons add up to what is expected, in the chart and in the table', async () => {
    await using opened = await bench.open({ state: { signedIn: true } })
    const { page } = opened
    const read = (selector: string) =>
      page
        .locator(selector)
        .evaluateAll((cells) => cells.map((cell) => Number(cell.textContent?.replace('\u2212', '-'))))
    const charted = await read('.reason > .number')
    const expected = charted.pop() ?? 0
    expect(charted.reduce((sum, units) => sum + units, 0)).toBeCloseTo(expected, 1)
    await page.keyboard.press('t')
    expect((await read('.why td:nth-child(2)')).slice(0, -1)).toEqual(charted)
  })
})

test('build: what loads first is below 200 kB gzip, with no inline script or style', async () => {
  const { directory } = await ensurePageBuilt({ log: () => undefined })
  const html = readFileSync(join(directory, 'index.html'), 'utf8')
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|https?:\/\//)
  const initial = readdirSync(join(directory, 'assets')).filter(
    (file) => html.includes(file) && file.endsWith('.js'),
  )
  const bytes = initial.map((file) => gzipSync(readFileSync(join(directory, 'assets', file))).length)
  expect(initial).not.toEqual([])
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000)
})
