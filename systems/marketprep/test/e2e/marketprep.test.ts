import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RecommendationSet } from '../../src/contract/recommendation.ts'
import { hasChromium, launchChromium } from '../../src/page/testing/chromium.ts'
import { addDailyMarket, breakEverything, mendEverything } from './operator.ts'
import { startHost, type RunningHost } from './running-host.ts'
import { downloadExport, saturdayMeans, withBrokenRows, type SquareExport } from './square-export.ts'
import { overflows, recommended, settled, signInAsDemo, signUp, violations, visit } from './visitor.ts'

const market = 'Riverside Market'
const csvFile = (text: string) => ({
  name: 'items.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(text),
})

describe.runIf(hasChromium('marketprep from end to end'))('marketprep', { timeout: 60_000 }, () => {
  const running = new AsyncDisposableStack()
  let host: RunningHost
  let browser: Browser
  let sales: SquareExport

  beforeAll(async () => {
    browser = await launchChromium()
    running.defer(() => browser.close())
    host = running.use(await startHost())
    sales = await downloadExport(host, market)
  }, 120_000)
  afterAll(() => running.disposeAsync())

  test("a new vendor: from sign-up to next Saturday's list out of her own file", async () => {
    await using visitor = await visit(browser, host)
    const { page } = visitor
    await signUp(page, 'Hollow Oak Farm')

    await page.getByRole('link', { name: 'Add a venue' }).press('Enter')
    await page.getByLabel('Name of the market').fill(market)
    await page.getByLabel('Town').fill('Kingston')
    await page.getByRole('radio', { name: /^Kingston/ }).press('Space')
    for (const day of ['Wed', 'Sat']) await page.getByText(day, { exact: true }).click()
    await page.getByRole('button', { name: 'Add the venue' }).press('Enter')
    await page.getByRole('link', { name: 'Bring in sales' }).press('Enter')

    const { text, broken } = withBrokenRows(sales)
    const good = (sales.rows.length - broken.length).toLocaleString('en-US')
    expect(sales.rows.length).toBeGreaterThan(5_000)
    await page.locator('input[type=file]').setInputFiles(csvFile(text))
    await page.getByText('3 rows cannot be taken').waitFor()
    const failures = (await page.locator('.failures tbody tr').allInnerTexts()).map((row) => row.split('\t'))
    expect(failures.map((cells) => cells.map((cell) => cell.trim()))).toEqual(
      broken.map(({ line, column, value }) => [
        String(line),
        column,
        value,
        expect.stringMatching(/^must be /),
      ]),
    )
    expect([await violations(page), await overflows(page)]).toEqual([[], [0, 0]])
    await page.getByRole('button', { name: `Import the ${good} good rows` }).press('Enter')
    await page.getByText(`${good} rows imported from items.csv`).waitFor()

    await page.getByRole('link', { name: 'See what to bring' }).press('Enter')
    await settled(page)
    const saturday = page.getByRole('radio', { name: /^Sat / }).first()
    const set = (await saturday.isChecked())
      ? await recommended(page, () => page.reload())
      : await recommended(page, () => saturday.press('Space'))
    const means = saturdayMeans(sales, 6)
    expect(set).toMatchObject({ serviceLevel: 'full', modelVersion: expect.any(String) })
    expect(set.recommendations.map(({ productName }) => productName).toSorted()).toEqual(
      [...means.keys()].toSorted(),
    )
    const errors = set.recommendations.map(({ productName, expectedDemand }) =>
      Math.abs(expectedDemand - (means.get(productName) ?? 0)),
    )
    const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)
    expect(sum(errors) / sum(means.values())).toBeLessThan(0.5)
    await page.getByText(/^Model of \d+ \w{3} \d{4}/).waitFor()
    expect(visitor.complaints).toEqual([])

    await page.goto('/marketprep/sales')
    const total = await page.getByRole('heading', { level: 1, name: /last 30 days/ }).innerText()
    await page.locator('input[type=file]').setInputFiles(csvFile(text))
    await page.getByText('All of them are here already: importing them again adds nothing.').waitFor()
    await page.getByRole('button', { name: 'Import again' }).press('Enter')
    await page.getByText('0 rows imported from items.csv').waitFor()
    await page.reload()
    expect(await page.getByRole('heading', { level: 1, name: /last 30 days/ }).innerText()).toBe(total)
    expect(visitor.complaints).toEqual([])
  })
  test('the demo vendor: reasons add up, another day is one key away, a result is taken once', async () => {
    await addDailyMarket(host, 'Abbey Yard')
    await using visitor = await visit(browser, host)
    const { page } = visitor
    const set = await recommended(page, () => signInAsDemo(page))
    for (const { baseline, reasons, expectedDemand } of set.recommendations) {
      expect(reasons.reduce((sum, { units }) => sum + units, baseline)).toBeCloseTo(expectedDemand, 6)
    }
    const charted = await numbersOf(page, '.reason > .number')
    await page.keyboard.press('t')
    const tabled = await numbersOf(page, '.why td:nth-child(2)')
    expect(tabled).toEqual(charted)
    const [expected = 0, ...parts] = charted.toReversed()
    expect(Math.abs(parts.reduce((sum, units) => sum + units, 0) - expected)).toBeLessThan(0.5)
    expect(expected).toBeCloseTo(set.recommendations[0]?.expectedDemand ?? 0, 0)

    const next = await recommended(page, () => page.keyboard.press(']'))
    expect(next.marketDate > set.marketDate).toBe(true)
    await settled(page)
    const heading = page.getByRole('heading', { level: 1, name: /: bring \d+ items/ })
    const asked = await heading.innerText()
    await page.reload()
    await heading.waitFor()
    expect(await heading.innerText()).toContain(asked.split(':')[0])

    await page.goto('/marketprep/sales')
    await page.locator('input[type=file]').setInputFiles(csvFile(sales.text))
    const rows = sales.rows.length.toLocaleString('en-US')
    await page.getByText(`${rows} of ${rows} rows are good`).waitFor()
    await page.getByText("Sold at: Each row's Location").waitFor()
    await page.getByRole('button', { name: 'Refuse all' }).press('Enter')
    await page.getByText('Nothing of items.csv was taken').waitFor()

    await page.goto('/marketprep/results')
    await settled(page)
    const other = await page.context().newPage()
    await Promise.all([page.reload(), other.goto('/marketprep/results')])
    await settled(page)
    await settled(other)
    for (const tab of [page, other]) {
      await tab.getByLabel('Sold, Sourdough Loaf').focus()
      await tab.keyboard.type('1')
      await tab.keyboard.press('Enter')
      if (tab === page) await tab.getByText('1 result saved').waitFor()
    }
    await other.getByText('Reported before: the first report stands, this one was not taken').waitFor()
    await page.getByRole('heading', { level: 1, name: 'Over 1 result, predictions were off by' }).waitFor()
    expect(visitor.complaints).toEqual([])
  })

  test('everything outside down: the list is still there, says what it stands on, and comes back', async () => {
    await using visitor = await visit(browser, host)
    const { page } = visitor
    await signInAsDemo(page)
    const level = page.getByRole('status').first()
    expect(await level.innerText()).toContain('Full service')

    await breakEverything(host)
    // A day that nobody asked for yet, so that no earlier forecast is there to fall back on.
    const set = await recommended(page, () => page.getByRole('radio').nth(5).press('Space'))
    await settled(page)
    expect(set.serviceLevel).toBe('degraded')
    const notes = await page.locator('.banner li').allInnerTexts()
    expect(notes).toHaveLength(4)
    await page.getByRole('heading', { level: 1, name: /, usually (dry|wet), -?\d+ °C\.$/ }).waitFor()
    for (const name of ['Square', 'Weather', 'Events', 'Prediction']) {
      const pattern = new RegExp(`^${name}: .+, .+ unavailable since \\d\\d:\\d\\d$`)
      expect(notes).toContainEqual(expect.stringMatching(pattern))
    }
    expect(await level.innerText()).toContain('Degraded')
    expect(await level.locator('.mark-degraded path').count()).toBe(1)
    expect(await page.locator('.facts .chip .mark-degraded').count()).toBe(4)
    expect([await violations(page), await overflows(page)]).toEqual([[], [0, 0]])

    await mendEverything(host)
    await vi.waitFor(
      async () => {
        const again = page.getByRole('button', { name: 'Work it out again' })
        const answer: RecommendationSet = await recommended(page, () => again.click())
        expect(answer.serviceLevel).toBe('full')
      },
      { timeout: 30_000, interval: 1_000 },
    )
    await page.getByText('This list stands on less than usual').waitFor({ state: 'detached' })
    expect(await level.innerText()).toContain('Full service')
    expect(visitor.complaints).toEqual([])
  })

  test('Square: denied, then connected on its own page, synchronised and let go', async () => {
    await using visitor = await visit(browser, host)
    const { page } = visitor
    await signUp(page, 'Valley Stall')
    await page.goto('/marketprep/sales')
    await page.getByRole('button', { name: 'Connect Square' }).press('Enter')
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.getByText('The permission was not given').waitFor()

    await page.getByRole('button', { name: 'Connect Square' }).press('Enter')
    await page.getByLabel('Seller').selectOption({ label: 'Valley Flowers' })
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByText('Square is connected').waitFor()
    await page.getByText(/orders from Valley Flowers, synced/).waitFor({ timeout: 30_000 })
    await page.getByRole('heading', { level: 1, name: /^\$[\d,]+ on \d+ market days/ }).waitFor()

    const set = await recommended(page, () => page.getByRole('link', { name: 'Market day' }).click())
    expect(set.recommendations.map(({ productName }) => productName)).toContain('Mixed Bouquet')
    await vi.waitFor(
      async () => {
        const learnt = await recommended(page, () => page.reload())
        expect(learnt).toMatchObject({ serviceLevel: 'full', modelVersion: expect.any(String) })
      },
      { timeout: 20_000, interval: 1_000 },
    )
    await page.goto('/marketprep/sales')
    await page.getByRole('button', { name: 'Disconnect' }).press('Enter')
    await page.getByRole('button', { name: 'Connect Square' }).waitFor()
    expect(visitor.complaints).toEqual([])
  })

  test('each address: opens on its own, fits phone and desk, pleases axe in both themes', async () => {
    await using visitor = await visit(browser, host)
    const { page } = visitor
    const check = async (path: string) => {
      await page.goto(path)
      await settled(page)
      expect([path, await violations(page), await overflows(page)]).toEqual([path, [], [0, 0]])
    }
    await check('/')
    await check('/marketprep/')
    await signInAsDemo(page, '/results')
    expect(new URL(page.url()).pathname).toBe('/marketprep/results')
    for (const view of ['', 'results', 'sales', 'set-up']) await check(`/marketprep/${view}`)
    await page.goto('/marketprep/docs')
    await page.getByText('/marketprep/api/auth/register').waitFor()
    expect(visitor.complaints).toEqual([])
  })

  test('the database gone: the page says so, what still works, the ID to look for, and goes on after', async () => {
    await using visitor = await visit(browser, host)
    const { page } = visitor
    await signInAsDemo(page)
    const data = join(host.dataDir, 'postgres/pgdata')
    const control = join(data, 'global/pg_control')
    const pidFile = await readFile(join(data, 'postmaster.pid'), 'utf8')
    // Without this file no server starts again.
    await rename(control, `${control}.away`)
    process.kill(Number(pidFile.split('\n')[0]), 'SIGQUIT')
    await page.keyboard.press(']')
    const alert = page.getByRole('alert')
    await alert.waitFor({ timeout: 20_000 })
    expect(await alert.innerText()).toMatch(/^Cannot say what to bring: [^]*still there[^]*ID [0-9a-f]{32}/)

    await rename(`${control}.away`, control)
    await vi.waitFor(
      async () => {
        await page.getByRole('button', { name: 'Try again' }).click()
        await settled(page)
        expect(await alert.count()).toBe(0)
      },
      { timeout: 30_000, interval: 1_000 },
    )
  })
})

/** The numbers that the page shows, with its true minus sign. */
async function numbersOf(page: Page, selector: string): Promise<readonly number[]> {
  const texts = await page.locator(selector).allInnerTexts()
  return texts.map((text) => Number(text.replace('\u2212', '-')))
}
