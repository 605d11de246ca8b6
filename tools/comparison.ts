/** Reads docs/comparison.md: what it says of us, and the tests that are to prove it. */

/** A test by its file and name. */
export interface NamedTest {
  /** From the folder of the page. */
  readonly file: string
  readonly name: string
}

/** A row of a table, by the heads of its columns. */
export interface TableRow {
  /** The heading above the table. */
  readonly section: string
  readonly cells: ReadonlyMap<string, string>
}

/** Every row of every table of a page. */
export function tableRows(page: string): readonly TableRow[] {
  const rows: TableRow[] = []
  let section = ''
  let heads: readonly string[] | undefined
  for (const line of page.split('\n')) {
    if (line.startsWith('#')) section = line.replace(/^#+ /, '')
    if (!line.startsWith('|')) heads = undefined
    else if (heads === undefined) heads = cellsOf(line)
    else if (!/^\|[ :|-]+\|$/.test(line)) {
      const cells = cellsOf(line)
      rows.push({ section, cells: new Map(heads.map((head, index) => [head, cells[index] ?? ''])) })
    }
  }
  return rows
}

function cellsOf(line: string): readonly string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim())
}

/** The tests that the labels of a page stand for: `[label]: file "name of the test"`. */
export function labelledTests(page: string): ReadonlyMap<string, NamedTest> {
  const definitions = page.matchAll(/^\[([^\]]+)\]: (\S+) (?:"(.+)"|'(.+)')$/gm)
  return new Map(
    [...definitions].map(([, label = '', file = '', double, single]) => [
      label,
      { file, name: double ?? single ?? '' },
    ]),
  )
}

/** The labels that a cell names: `[text][label]`. */
export function labelsOf(cell: string): readonly string[] {
  return [...cell.matchAll(/\]\[([^\]]+)\]/g)].map(([, label = '']) => label)
}

/** Whether the text of a test file declares a test of this name. */
export function declaresTest(text: string, name: string): boolean {
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote},`))
}
