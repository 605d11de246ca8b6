import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from './chromium.ts'
import { pageBench, type PageBench } from './open-page.ts'
import { stubSecret } from './stub-data.ts'

describe.runIf(hasChromium('the page of marketprep, its flows'))('page', { timeout: 60_000 }, () => {
  let bench: PageBench
  beforeAll(async () => {
    bench = await pageBench()
  }, 120_000)
  afterAll(() => bench[Symbol.asyncDispose]())

  test('page: from sign-in to a saved result with the keyboard alone', async () => {
    await using opened = await bench.open()
    const { page, state } = opened
    await page.getByLabel('Email').focus()
    await page.keyboard.type(stubSecret.email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(stubSecret.password)
    await page.keyboard.press('Enter')
    await page
      .getByRole('heading', { level: 1, name: 'Saturday 13 June, Riverside: bring 151 items, rain likely.' })
      .waitFor()

    await page.keyboard.press('j')
    await page.getByRole('heading', { name: 'Sweet corn, 4 ears: why 28' }).waitFor()
    await page.keyboard.press('t')
    await page.getByRole('columnheader', { name: 'Reason' }).waitFor()
    await page.keyboard.press(']')
    await page.getByRole('heading', { level: 1, name: /^Saturday 20 June, Riverside: bring/ }).waitFor()

    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keys' })
    expect(await dialog.innerText()).toContain('Next product')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })

    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await page.getByLabel('Sold, Heirloom tomatoes, 1 lb').focus()
    await page.keyboard.type('40')
    await page.keyboard.press('Enter')
    await page.getByText('At most 31, as brought').waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toMatch(/^sold-/)
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('29')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.getByText('1 result saved').waitFor()
    expect(state.reported.size).toBe(1)
  })

  test('page: a new vendor gets from sign-up to a list through the page', async () => {
    await using opened = await bench.open()
    const { page, state } = opened
    await page.getByRole('button', { name: 'Make an account' }).click()
    await page.getByLabel('Business name').fill('Ana\u2019s Orchard')
    await page.getByLabel('Email').fill('ana@example.com')
    await page.getByLabel('Password').fill('a long pass phrase')
    await page.getByRole('button', { name: 'Make an account' }).click()

    await page.getByRole('link', { name: 'Add a venue' }).click()
    await page.getByLabel('Name of the market').fill('Riverside market')
    await page.getByLabel('Town').fill('Riverside')
    await page.getByText('Illinois, United States').click()
    await page.getByText('Sat', { exact: true }).click()
    await page.getByRole('button', { name: 'Add the venue' }).click()
    await page.getByRole('link', { name: 'Bring in sales' }).click()

    const file = { name: 'items.csv', mimeType: 'text/csv', buffer: Buffer.from('Date,Item,Qty\n') }
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByText('3 rows cannot be taken').waitFor()
    expect(await page.getByRole('row').allInnerTexts()).toContainEqual(
      expect.stringMatching(/212\s+Qty\s+two\s+must be/),
    )
    expect(state.isNew).toBe(true)
    await page.getByRole('button', { name: 'Import the 5,213 good rows' }).click()
    await page.getByRole('link', { name: 'See what to bring' }).click()
    await page.getByRole('heading', { level: 1, name: /bring 151 items/ }).waitFor()
  })

  test('page: refusing a faulty file takes nothing and says so', async () => {
    await using opened = await bench.open({ path: '/sales', state: { signedIn: true } })
    const { page, state } = opened
    await page.locator('input[type=file]').setInputFiles({
      name: 'items.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('a'),
    })
    await page.getByRole('button', { name: 'Refuse all' }).click()
    await page.getByText('Nothing of items.csv was taken').waitFor()
    expect(state.requests.filter((request) => request === 'POST /sales/import')).toHaveLength(1)
  })

  test('page: a degraded answer names every source', async () => {
    await using opened = await bench.open({ state: { signedIn: true, degraded: true } })
    const text = await opened.page.getByRole('main').innerText()
    for (const name of [
      'Square:',
      'Weather: climate normals, forecast unavailable since 10:42',
      'Events:',
      'Forecast:',
    ]) {
      expect(text).toContain(name)
    }
    expect(await opened.page.getByRole('status').first().innerText()).toContain('Degraded')
  })

  test('page: a failure says what still works and gives the correlation ID, and trying again works', async () => {
    const failing = new Set(['POST /recommendations'])
    await using opened = await bench.open({ state: { signedIn: true, failing } })
    const alert = opened.page.getByRole('alert')
    expect(await alert.innerText()).toMatch(/Cannot say what to bring[^]*still there[^]*c0ffee00-/)
    failing.clear()
    await opened.page.getByRole('button', { name: 'Try again' }).click()
    await opened.page.getByRole('heading', { level: 1, name: /bring 151 items/ }).waitFor()
  })

  test('page: a view that breaks says so, and the others still open', async () => {
    const garbled = new Set(['GET /feedback'])
    await using opened = await bench.open({ path: '/set-up', state: { signedIn: true, garbled } })
    const { page } = opened
    await page.getByRole('link', { name: 'Results' }).click()
    const alert = page.getByRole('alert')
    expect(await alert.innerText()).toMatch(/^Cannot show this page[^]*Try again[^]*other pages still work/)
    await page.getByRole('link', { name: 'Sales' }).click()
    await page.getByRole('heading', { level: 1, name: /market days/ }).waitFor()
    expect(await alert.count()).toBe(0)
    garbled.clear()
    await page.getByRole('link', { name: 'Results' }).click()
    await page.getByRole('heading', { level: 1, name: /Over 86 results/ }).waitFor()
  })

  test('page: a first visit leaves the console empty', async () => {
    await using opened = await bench.open()
    const failures: string[] = []
    opened.page.on('console', (message) => failures.push(message.text()))
    opened.page.on('response', (response) => {
      if (response.status() >= 400) failures.push(`${response.status()} ${response.url()}`)
    })
    await opened.page.reload()
    await opened.page.getByRole('heading', { level: 1 }).waitFor()
    expect(opened.state.requests).toContain('POST /auth/refresh')
    expect(failures).toEqual([])
  })

  test('page: what was typed outlives a reload and a failed save', async () => {
    const failing = new Set(['POST /feedback'])
    await using opened = await bench.open({ path: '/results', state: { signedIn: true, failing } })
    const { page } = opened
    const sold = page.getByLabel('Sold, Basil, bunch')
    await sold.fill('12')
    await page.getByRole('button', { name: 'Save 1 result' }).click()
    await page.getByText('Not saved: Temporarily unavailable').waitFor()
    await page.reload()
    expect(await sold.inputValue()).toBe('12')
  })

  test('page: a result that was reported elsewhere stands, and the second is told so', async () => {
    await using opened = await bench.open({ path: '/results', state: { signedIn: true } })
    const { page, state } = opened
    state.reported.add('0190f3a2-0004-7a52-9d0e-000000000005')
    await page.getByLabel('Sold, Basil, bunch').fill('12')
    await page.getByRole('button', { name: 'Save 1 result' }).click()
    await page.getByText('Reported before: the first report stands, this one was not taken').waitFor()
    expect(await page.getByText('1 result saved').count()).toBe(0)
  })

  test('page: an expired token is refreshed once, however many requests wait for it', async () => {
    await using opened = await bench.open({ state: { signedIn: true } })
    const { page, state } = opened
    state.expired = true
    state.requests.length = 0
    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await page.getByRole('heading', { level: 1, name: /Over 86 results/ }).waitFor()
    expect(state.requests.filter((request) => request === 'POST /auth/refresh')).toHaveLength(1)
  })

  test('page: Square is connected and synced', async () => {
    await using opened = await bench.open({ path: '/sales', state: { signedIn: true } })
    const { page, complaints } = opened
    await page.getByRole('button', { name: 'Connect Square' }).click()
    await page.getByText('Square is connected').waitFor()
    await page.getByRole('button', { name: 'Sync now' }).click()
    expect(complaints).toEqual([])
  })
})
