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

/** The series as a tree with one level for each label: to find one needs no text to be put together. */
interface Node<Recorder> {
  readonly children: Map<string, Node<Recorder>>
  series?: Series<Recorder>
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
  readonly #series = new Set<Series<Recorder>>()
  readonly #root: Node<Recorder> = { children: new Map() }
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
    let node: Node<Recorder> | undefined = this.#root
    for (const label of this.labels) {
      node = node.children.get(asText(labels[label]))
      if (node === undefined) return this.#add(labels)
    }
    return node.series === undefined ? this.#add(labels) : node.series.recorder
  }

  /** Forgets the series of the label values, as when what they name is gone. */
  remove(labels: LabelValues<Label>): void {
    this.#removeBelow(this.#root, this.#values(labels), 0)
  }

  /** Every series, the one of the rest last. */
  *series(): IterableIterator<Series<Recorder>> {
    yield* this.#series.values()
    if (this.#other !== undefined) yield this.#other
  }

  #values(labels: LabelValues<Label>): string[] {
    return this.labels.map((label) => asText(labels[label]))
  }

  #add(labels: LabelValues<Label>): Recorder {
    if (this.#series.size >= this.#declaration.seriesMax) return this.#rest()
    const values = this.#values(labels)
    let node = this.#root
    for (const value of values) {
      const child = node.children.get(value) ?? { children: new Map() }
      node.children.set(value, child)
      node = child
    }
    node.series = { values, recorder: this.#declaration.create() }
    this.#series.add(node.series)
    return node.series.recorder
  }

  /** Takes empty branches away, too, so that series which come and go leave nothing behind. */
  #removeBelow(node: Node<Recorder>, values: readonly string[], depth: number): void {
    const value = values[depth]
    if (value === undefined) {
      if (node.series !== undefined) this.#series.delete(node.series)
      delete node.series
      return
    }
    const child = node.children.get(value)
    if (child === undefined) return
    this.#removeBelow(child, values, depth + 1)
    if (child.series === undefined && child.children.size === 0) node.children.delete(value)
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
