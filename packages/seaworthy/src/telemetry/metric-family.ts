/** The values of a series' labels. */
export type LabelValues<Label extends string> = Readonly<Record<Label, string | number | boolean>>

export type MetricType = 'counter' | 'gauge' | 'histogram'

/** What a family is declared with. */
export interface FamilyDeclaration<Recorder, Label extends string> {
  readonly name: string
  readonly help: string
  readonly type: MetricType
  readonly labels: readonly Label[]
  /** How many series it holds beside the one of the rest. */
  readonly seriesMax: number
  create(): Recorder
  /** Told of each use of a series beyond the limit. */
  onOverflow(): void
}

/** One series: label values in the order of the family's labels, and its recorder. */
export interface Series<Recorder> {
  readonly values: readonly string[]
  readonly recorder: Recorder
}

/** The value of every label of the series that takes what goes beyond the limit. */
export const otherValue = '__other__'

const valueLengthMax = 200

/**
 * A metric with its series. {@link MetricFamily.with} gives a recorder bound to label values: keep it where the labels
 * do not change, its record path is a couple of array operations. New series beyond the limit share one series, whose
 * labels are all `__other__`.
 */
export class MetricFamily<Recorder, Label extends string = never> {
  readonly name: string
  readonly help: string
  readonly type: MetricType
  readonly labels: readonly Label[]
  readonly #declaration: FamilyDeclaration<Recorder, Label>
  readonly #series = new Map<string, Series<Recorder>>()
  #other: Series<Recorder> | undefined

  constructor(declaration: FamilyDeclaration<Recorder, Label>) {
    this.name = declaration.name
    this.help = declaration.help
    this.type = declaration.type
    this.labels = Object.freeze([...declaration.labels])
    this.#declaration = declaration
  }

  /** How many series it holds. */
  get size(): number {
    return this.#series.size + (this.#other === undefined ? 0 : 1)
  }

  /** The recorder for the label values. Values are cut at 200 characters; a missing one counts as empty. Never throws. */
  with(labels: LabelValues<Label>): Recorder {
    const values = this.labels.map((label) => asText(labels[label]))
    const key = seriesKey(values)
    const known = this.#series.get(key)
    if (known !== undefined) return known.recorder
    if (this.#series.size >= this.#declaration.seriesMax) return this.#rest()
    const recorder = this.#declaration.create()
    this.#series.set(key, { values, recorder })
    return recorder
  }

  /** Forgets the series of the label values, as when what they name is gone. */
  remove(labels: LabelValues<Label>): void {
    this.#series.delete(seriesKey(this.labels.map((label) => asText(labels[label]))))
  }

  /** Every series, the one of the rest last. */
  *series(): IterableIterator<Series<Recorder>> {
    yield* this.#series.values()
    if (this.#other !== undefined) yield this.#other
  }

  #rest(): Recorder {
    this.#declaration.onOverflow()
    this.#other ??= { values: this.labels.map(() => otherValue), recorder: this.#declaration.create() }
    return this.#other.recorder
  }
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value.length > valueLengthMax ? value.slice(0, valueLengthMax) : value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** Lengths keep values apart that contain any separator. */
function seriesKey(values: readonly string[]): string {
  let key = ''
  for (const value of values) key += `${value.length}:${value}`
  return key
}
