import { chromium, type Browser } from 'playwright-core'
import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addService, type HttpServer } from '../src/index.ts'
import { findChromium } from './chromium.ts'
import { fixture, plainService } from './fixture.ts'
import { listen } from './raw-socket.ts'

const executablePath = findChromium()

describe.skipIf(executablePath === undefined)('docs page in a browser', () => {
  let server: HttpServer
  let browser: Browser
  let origin: string

  beforeAll(async () => {
    ;({ server } = await fixture())
    await addService(server, {
      service: plainService(),
      prefix: '/marketprep',
      routes: (scope) => {
        scope.get(
          '/api/products',
          {
            schema: {
              summary: 'Lists the products',
              response: {
                200: Type.Object(
                  { products: Type.Array(Type.String()) },
                  { examples: [{ products: ['bread'] }] },
                ),
              },
            },
          },
          async () => ({ products: ['sourdough'] }),
        )
      },
    })
    origin = `http://127.0.0.1:${await listen(server)}`
    browser = await chromium.launch({
      ...(executablePath !== undefined && { executablePath }),
      args: ['--no-sandbox'],
    })
  }, 30_000)

  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  test.each(['/marketprep/docs', '/marketprep/docs/'])(
    '%s shows and tries a route, without leaving the server',
    async (path) => {
      const page = await browser.newPage()
      const complaints: string[] = []
      const elsewhere: string[] = []
      page.on('console', (message) => {
        const isComplaint = message.type() === 'error' || message.type() === 'warning'
        // A feature that this build of the browser does not know cannot be used in it either.
        const isUnknownFeature = message.text().includes('Unrecognized feature')
        if (isComplaint && !isUnknownFeature) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('request', (request) => {
        const url = request.url()
        if (!url.startsWith(origin) && !url.startsWith('data:')) elsewhere.push(url)
      })
      await page.goto(origin + path)
      await page.getByText('Lists the products').click()
      await page.getByRole('button', { name: 'Execute' }).click()
      await page.getByText('sourdough').first().waitFor()
      expect(await page.locator('.version-stamp, .version').allInnerTexts()).toContainEqual(
        expect.stringContaining('OAS 3.1'),
      )
      expect(complaints).toEqual([])
      expect(elsewhere).toEqual([])
      await page.close()
    },
    30_000,
  )
})
