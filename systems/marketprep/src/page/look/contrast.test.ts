import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contrast, type Oklch } from './oklch.ts'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const hues = { deepSea: 235, market: 330 }

function token(name: string, theme: 'light' | 'dark', accentHue: number): Oklch {
  const pair = new RegExp(String.raw`--${name}: light-dark\(oklch\((.+?)\), oklch\((.+?)\)\);`).exec(
    css.replaceAll('var(--accent-hue)', String(accentHue)),
  )
  const parts = (pair?.[theme === 'light' ? 1 : 2] ?? '').split(' ').map(Number)
  const [l, c, h] = parts
  if (l === undefined || c === undefined || h === undefined || parts.some(Number.isNaN)) {
    throw new Error(`no token --${name}`)
  }
  return { l, c, h }
}

const grounds = [
  'paper',
  'surface',
  'sunken',
  'accent-wash',
  'degraded-wash',
  'unavailable-wash',
  'full-wash',
]
const textPairs = [
  ...grounds.flatMap((ground) => [
    ['ink', ground],
    ['ink-soft', ground],
  ]),
  ...['paper', 'surface', 'accent-wash'].flatMap((ground) => [
    ['accent', ground],
    ['accent-deep', ground],
  ]),
  ['error', 'surface'],
  ['error', 'paper'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-deep'],
  ['paper', 'ink'],
] as [string, string][]
const marks = ['full', 'degraded', 'minimal', 'unavailable', 'unknown', 'edge', 'accent']
const markPairs = marks.flatMap((mark) => [
  [mark, 'surface'],
  [mark, 'paper'],
]) as [string, string][]

for (const theme of ['light', 'dark'] as const) {
  for (const hue of Object.values(hues)) {
    test.each(textPairs)(`${theme}, hue ${hue}: text %s on %s is at least 4.5 to 1`, (text, ground) => {
      expect(contrast(token(text, theme, hue), token(ground, theme, hue))).toBeGreaterThanOrEqual(4.5)
    })
  }
  test.each(markPairs)(`${theme}: mark %s on %s is at least 3 to 1`, (mark, ground) => {
    expect(
      contrast(token(mark, theme, hues.market), token(ground, theme, hues.market)),
    ).toBeGreaterThanOrEqual(3)
  })
  test(`${theme}: marks stand out from the wash of their own banner`, () => {
    for (const level of ['full', 'degraded', 'unavailable']) {
      expect(
        contrast(token(level, theme, hues.market), token(`${level}-wash`, theme, hues.market)),
      ).toBeGreaterThanOrEqual(3)
    }
  })
}

test('contrast: black on white is 21 to 1', () => {
  expect(contrast({ l: 0, c: 0, h: 0 }, { l: 1, c: 0, h: 0 })).toBeCloseTo(21, 1)
})
