import fc from 'fast-check'
import { systemClock, type Clock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { createMetrics } from './create-metrics.ts'
import { renderPrometheus } from './prometheus.ts'

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A strict reader of text format 0.0.4: whatever it does not know is an error. */
function parse(text: string): { samples: Sample[]; help: Map<string, string>; types: Map<string, string> } {
  const samples: Sample[] = []
  const help = new Map<string, string>()
  const types = new Map<string, string>()
  expect(text === '' || text.endsWith('\n')).toBe(true)
  for (const line of text.split('\n').slice(0, -1)) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line)
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment
      const target = kind === 'HELP' ? help : types
      expect(target.has(name)).toBe(false)
      target.set(name, unescape(rest))
      continue
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
    if (sample === null) throw new Error(`not a line: ${JSON.stringify(line)}`)
    const [, name = '', labels = '', value = ''] = sample
    samples.push({ name, labels: parseLabels(labels), value: Number(value) })
  }
  return { samples, help, types }
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  const pattern = /([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\"n])*)"(?:,|$)/y
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text)
    if (match === null) throw new Error(`not labels: ${text}`)
    labels[match[1] ?? ''] = unescape(match[2] ?? '')
  }
  return labels
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_all, character: string) => (character === 'n' ? '\n' : character))
}

test('renderPrometheus: any help and label value survives the way to a reader', () => {
  const words = fc.string({
    unit: fc.constantFrom('\\', '"', '\n', '{', '}', ',', '=', ' ', 'n', 'é', '😀'),
    maxLength: 12,
  })
  fc.assert(
    fc.property(
      fc.tuple(words, words, words),
      fc.double({ min: 0, max: 1e15, noNaN: true }),
      ([help, a, b], value) => {
        const metrics = createMetrics()
        metrics.counter('seen_total', help, ['a', 'b']).with({ a, b }).add(value)
        const read = parse(renderPrometheus(metrics))
        expect(read.help.get('seen_total')).toBe(help)
        expect(read.samples.find(({ name }) => name === 'seen_total')).toEqual({
          name: 'seen_total',
          labels: { a, b },
          value,
        })
      },
    ),
  )
})

test('renderPrometheus: every le count is exact, and they rise to the count', () => {
  const value = fc.oneof(
    fc.double({ min: 0, max: 1000, noNaN: true }),
    fc.integer({ min: -18, max: 9 }).map((n) => 2 ** n),
  )
  fc.assert(
    fc.property(fc.array(value, { maxLength: 100 }), (values) => {
      const metrics = createMetrics()
      const histogram = metrics.histogram('wait_seconds', 'Wait.', { labels: ['route'] }).with({ route: '/' })
      for (const each of values) histogram.record(each)
      const { samples } = parse(renderPrometheus(metrics))
      const buckets = samples.filter(({ name }) => name === 'wait_seconds_bucket')
      expect(buckets).toHaveLength(26)
      for (const { labels, value: count } of buckets) {
        const bound = Number(labels['le']?.replace('+Inf', 'Infinity'))
        expect(count).toBe(values.filter((each) => each <= bound).length)
      }
      expect(samples.find(({ name }) => name === 'wait_seconds_count')?.value).toBe(values.length)
      expect(samples.find(({ name }) => name === 'wait_seconds_sum')?.value).toBe(
        values.reduce((a, b) => a + b, 0),
      )
    }),
  )
})

test('renderPrometheus: a family without series has its help and type, and no sample', () => {
  const metrics = createMetrics()
  metrics.gauge('unused', 'Never set.', ['a'])
  metrics.gauge('set', 'Set.').with({}).set(-1.5)
  const text = renderPrometheus(metrics)
  const { types, samples } = parse(text)
  expect(text).toContain('# HELP unused Never set.\n# TYPE unused gauge\n')
  expect(samples.some(({ name }) => name === 'unused')).toBe(false)
  expect(types.get('set')).toBe('gauge')
  expect(samples).toContainEqual({ name: 'set', labels: {}, value: -1.5 })
})

test('renderPrometheus: says in the next rendering what the last one cost', () => {
  const metrics = createMetrics()
  const ticks: Clock = { ...systemClock, now: counting(250) }
  const first = renderPrometheus(metrics, ticks)
  const { samples } = parse(renderPrometheus(metrics, ticks))
  const bytes = samples.find(({ name }) => name === 'seaworthy_telemetry_render_bytes')?.value
  expect(bytes).toBe(Buffer.byteLength(first))
  expect(samples.find(({ name }) => name === 'seaworthy_telemetry_render_seconds')?.value).toBe(0.25)
})

/** A clock's `now` that moves on with each look. */
function counting(stepMs: number): () => number {
  let nowMs = 0
  return () => (nowMs += stepMs)
}
