import type { Browser, Page } from 'playwright-core'
import { ensurePageBuilt } from '../../page-build.ts'
import { launchChromium } from './chromium.ts'
import { type StubState } from './stub-api.ts'
import { stubNow } from './stub-data.ts'
import { startStubServer, type StubServer } from './stub-server.ts'

export interface OpenOptions {
  readonly width?: number
  readonly scheme?: 'light' | 'dark'
  readonly touch?: boolean
  readonly path?: string
  readonly state?: Partial<StubState>
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page
  readonly state: StubState
  readonly origin: string
  /** Script errors, CSP violations, requests to other hosts. */
  readonly complaints: readonly string[]
}

export interface PageBench extends AsyncDisposable {
  /** Opens the page in a fresh browser profile with a fresh stub, and waits until it is quiet. */
  open(options?: OpenOptions): Promise<OpenedPage>
}

function watch(page: Page, origin: string): readonly string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text)
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) complaints.push(`outside request: ${request.url()}`)
  })
  return complaints
}

async function open(browser: Browser, pageDir: string, options: OpenOptions): Promise<OpenedPage> {
  const { width = 1280, scheme = 'light', touch = false, path = '/', state = {} } = options
  const stub: StubServer = await startStubServer(pageDir)
  Object.assign(stub.state, state)
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    hasTouch: touch,
    timezoneId: 'America/Chicago',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(5_000)
  await page.clock.setFixedTime(stubNow)
  const complaints = watch(page, stub.origin)
  await page.goto(`${stub.origin}/marketprep${path}`)
  await page.waitForFunction(
    () => document.querySelector('h1') !== null && document.querySelector('[aria-busy=true]') === null,
  )
  return {
    page,
    state: stub.state,
    origin: stub.origin,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close()
      await stub[Symbol.asyncDispose]()
    },
  }
}

/** A browser and the built page, for a file of tests. */
export async function pageBench(): Promise<PageBench> {
  const { directory } = await ensurePageBuilt({ log: () => undefined })
  const browser = await launchChromium()
  return {
    open: (options = {}) => open(browser, directory, options),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
