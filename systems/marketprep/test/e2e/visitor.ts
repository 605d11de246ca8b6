import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page, Response } from 'playwright-core'
import type { RecommendationSet } from '../../src/contract/recommendation.ts'
import type { RunningHost } from './running-host.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Somebody with a browser profile of their own. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page
  /** Script errors, CSP violations, requests to unknown hosts, answers that no page should cause. */
  readonly complaints: readonly string[]
}

/** Answers of these kinds are asked for on purpose: a second report, a day without a list. */
function isExpected(response: Response): boolean {
  const path = new URL(response.url()).pathname.replace('/marketprep/api', '')
  const kind = `${response.status()} ${path}`
  return ['409 /feedback', '404 /recommendations'].includes(kind)
}

function watch(page: Page, { origin, simulators }: RunningHost): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text)
  })
  page.on('response', (response) => {
    if (response.status() >= 400 && !isExpected(response))
      complaints.push(`${response.status()} ${response.request().method()} ${response.url()}`)
  })
  page.on('request', (request) => {
    const isKnown = [origin, simulators, 'data:'].some((known) => request.url().startsWith(known))
    if (!isKnown) complaints.push(`outside request: ${request.url()}`)
  })
  return complaints
}

export async function visit(browser: Browser, host: RunningHost): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: host.origin,
    viewport: { width: 1280, height: 900 },
    timezoneId: 'America/New_York',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  return {
    page,
    complaints: watch(page, host),
    [Symbol.asyncDispose]: () => context.close(),
  }
}

/** Waits until nothing on the page is still to come. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor()
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
}

/** The next answer to the question what to bring, once `act` has asked it. */
export async function recommended(page: Page, act: () => Promise<unknown>): Promise<RecommendationSet> {
  const [answer] = await Promise.all([
    page.waitForResponse(
      (response) =>
        response.request().method() === 'POST' && response.url().endsWith('/marketprep/api/recommendations'),
    ),
    act(),
  ])
  return (await answer.json()) as RecommendationSet
}

export async function signUp(page: Page, businessName: string): Promise<void> {
  await page.goto('/marketprep/')
  await page.getByRole('button', { name: 'Make an account' }).click()
  await page.getByLabel('Business name').focus()
  await page.keyboard.type(businessName)
  await page.keyboard.press('Tab')
  await page.keyboard.type(`${businessName.toLowerCase().replaceAll(/\W+/g, '.')}@example.com`)
  await page.keyboard.press('Tab')
  await page.keyboard.type('a long pass phrase')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

export async function signInAsDemo(page: Page, path = '/'): Promise<void> {
  await page.goto(`/marketprep${path}`)
  await page.getByRole('button', { name: 'Sign in as the demo vendor' }).press('Enter')
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await settled(page)
}

interface AxeResult {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** What axe-core finds wrong with the page as it stands, in both themes. */
export async function violations(page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(axeSource)
    const results = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: AxeResult[] }> } }
      return (await axe.run()).violations
    })
    for (const { id, nodes } of results)
      found.push(
        ...nodes.map(({ html, failureSummary = '' }) => `${colorScheme} ${id}: ${html} ${failureSummary}`),
      )
  }
  return found
}

/** By how many pixels the page is wider than the window, at a phone's width and at a desk's. */
export async function overflows(page: Page): Promise<readonly number[]> {
  const found: number[] = []
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 })
    found.push((await page.evaluate<number>('document.documentElement.scrollWidth')) - width)
  }
  return found
}
