import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The program of the browser: `CHROMIUM_PATH`, or where systems usually keep it. */
export const chromiumPath = (): string | undefined =>
  [process.env['CHROMIUM_PATH'], ...candidates].find((path) => path !== undefined && existsSync(path))

/**
 * Whether tests in a browser can run. Without a browser they are skipped and one line names what to install; with
 * `CI=true` they are not skipped, so that they fail.
 */
export function hasChromium(suite: string): boolean {
  if (chromiumPath() !== undefined || process.env['CI'] === 'true') return true
  process.stdout.write(
    `skipped: ${suite} needs Chromium; install it (apt-get install chromium) or set CHROMIUM_PATH\n`,
  )
  return false
}

export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) {
    throw new Error(
      'Cannot test in a browser: Chromium must be installed (apt-get install chromium) or CHROMIUM_PATH set',
    )
  }
  return chromium.launch({ executablePath, args: flags })
}
