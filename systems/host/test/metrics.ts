import { expect } from 'vitest'

const comment =
  /^# (?:HELP [a-z_:][a-z0-9_:]* .+|TYPE ([a-z_:][a-z0-9_:]*) (?:counter|gauge|histogram|summary|untyped))$/
const labels = /\{(?:[a-z_]+="(?:\\.|[^"\\])*",?)*\}/
const sample = new RegExp(
  `^[a-z_:][a-z0-9_:]*(?:${labels.source})? (?:-?[0-9.]+(?:e[+-]?\\d+)?|[+-]Inf|NaN)$`,
)

/** The names of the families of a Prometheus text, every line of which must parse. */
export function metricFamilies(text: string): readonly string[] {
  const lines = text.split('\n').filter(Boolean)
  expect(lines.filter((line) => !comment.test(line) && !sample.test(line))).toEqual([])
  const families = lines.flatMap((line) => comment.exec(line)?.[1] ?? [])
  expect(new Set(families).size).toBe(families.length)
  return families
}
