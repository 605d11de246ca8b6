import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** Where the system's Chromium is; undefined when there is none, which is an error where CI is true. */
export function findChromium(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) {
      const file = join(folder, name)
      if (isExecutable(file)) return file
    }
  }
  if (process.env['CI'] === 'true')
    throw new Error(`Cannot run browser tests: install one of ${names.join(', ')}`)
  process.stderr.write('skipped: tests in a browser; install chromium to run them\n')
  return undefined
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
