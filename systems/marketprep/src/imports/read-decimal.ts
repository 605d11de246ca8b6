/** The character before the fraction. Files separated by semicolons come from places that write `1.234,50`. */
export type DecimalMark = '.' | ','

/**
 * A number as exports write it: `12`, `1,234.50`, `-3`, `(3.00)` for below zero, with or without a currency sign.
 * Undefined when it is none: thousands must be grouped by threes.
 */
export function readDecimal(text: string, mark: DecimalMark = '.'): number | undefined {
  const trimmed = text.trim()
  const inParentheses = /^\((.*)\)$/.exec(trimmed)
  const unsigned = (inParentheses?.[1] ?? trimmed).replace(currency, '')
  const match = (mark === '.' ? pointPattern : commaPattern).exec(unsigned)
  if (match === null) return undefined
  const [, sign, whole = '', fraction] = match
  if (inParentheses !== null && sign !== '') return undefined
  const value = Number(`${whole.replace(/[.,'\s]/g, '')}.${fraction ?? '0'}`)
  if (value === 0) return 0
  return inParentheses !== null || sign === '-' || sign === '−' ? -value : value
}

/** The same in whole cents; undefined also when there are fractions of a cent. */
export function readCents(text: string, mark: DecimalMark = '.'): number | undefined {
  const value = readDecimal(text, mark)
  if (value === undefined) return undefined
  const cents = Math.round(value * 100)
  return Math.abs(cents - value * 100) < 1e-6 * Math.max(1, Math.abs(cents)) ? cents : undefined
}

const currency = /[$€£¥]|\b(?:USD|CAD|AUD|EUR|GBP|JPY)\b|\s/g
const pointPattern = /^([-+−]?)((?:\d{1,3}(?:[,']\d{3})+|\d{1,12}))(?:\.(\d{1,6}))?$/
const commaPattern = /^([-+−]?)((?:\d{1,3}(?:[.']\d{3})+|\d{1,12}))(?:,(\d{1,6}))?$/
