/** One row of a CSV file. A row is one line of a file unless a quoted field holds line breaks. */
export interface CsvRecord {
  /** The line of the file on which it begins, from 1. */
  readonly line: number
  readonly fields: readonly string[]
  /** Why the row cannot be read; its `fields` then hold the text of its first line. */
  readonly fault?: string
}

/** A row is at most this long, in UTF-16 units: a quote that is never closed must not swallow the file. */
export const recordLengthMax = 65_536

type Attempt =
  | { readonly kind: 'record'; readonly fields: readonly string[]; readonly end: number }
  | { readonly kind: 'fault'; readonly fault: string }
  | { readonly kind: 'more' }

/**
 * Reads CSV (RFC 4180) from pieces of text. The delimiter is the comma, semicolon or tab that the first line has most
 * of; rows end with LF, CRLF or CR; rows without anything in
 * them are skipped; a quote within an unquoted field is text.
 *
 * A row with a broken quote is one faulty row: reading goes on with the next line. To find that out takes at most
 * {@link recordLengthMax} characters, and every piece of text is looked at a bounded number of times.
 */
export class CsvReader {
  #text = ''
  #line = 1
  #delimiter: string | undefined
  #skipping = false

  /** Known once the first line was read. */
  get delimiter(): string | undefined {
    return this.#delimiter
  }

  /** Takes the next piece and returns the rows that are complete. */
  push(piece: string): CsvRecord[] {
    this.#text += piece
    return this.#drain(false)
  }

  /** Returns the rows that the end of the file completes. */
  end(): CsvRecord[] {
    return this.#drain(true)
  }

  #drain(atEnd: boolean): CsvRecord[] {
    const records: CsvRecord[] = []
    this.#skipRestOfLine(atEnd)
    const text = this.#text
    this.#delimiter ??= detectDelimiter(text, atEnd)
    let start = 0
    while (this.#delimiter !== undefined && start < text.length && !this.#skipping) {
      const scan = new RecordScan(text, { start, delimiter: this.#delimiter, atEnd })
      const attempt = scan.run()
      if (attempt.kind === 'more') break
      if (attempt.kind === 'record') {
        if (!isBlank(attempt.fields)) records.push({ line: this.#line, fields: attempt.fields })
        this.#line += 1 + scan.innerBreaks
        start = attempt.end
        continue
      }
      const end = lineEnd(text, start)
      const isOpen = !atEnd && needsMore(text, end)
      if (isOpen && end - start <= recordLengthMax) break
      this.#skipping = isOpen
      records.push({ line: this.#line, fields: [text.slice(start, end)], fault: attempt.fault })
      start = this.#skipping ? end : afterBreak(text, end)
      if (!this.#skipping) this.#line++
    }
    this.#text = text.slice(start)
    return records
  }

  /** After a line that was too long to keep: drops what is left of it. */
  #skipRestOfLine(atEnd: boolean): void {
    if (!this.#skipping) return
    const end = lineEnd(this.#text, 0)
    this.#skipping = !atEnd && needsMore(this.#text, end)
    this.#text = this.#text.slice(this.#skipping ? end : afterBreak(this.#text, end))
    if (!this.#skipping) this.#line++
  }
}

interface ScanFrom {
  readonly start: number
  readonly delimiter: string
  readonly atEnd: boolean
}

/** The reading of one row from a place in the text. */
class RecordScan {
  readonly #text: string
  readonly #from: ScanFrom
  readonly #fields: string[] = []
  #at: number
  /** Line breaks inside quoted fields. */
  innerBreaks = 0

  constructor(text: string, from: ScanFrom) {
    this.#text = text
    this.#from = from
    this.#at = from.start
  }

  run(): Attempt {
    const { start, delimiter } = this.#from
    for (;;) {
      const fault = this.#text[this.#at] === '"' ? this.#quoted() : this.#bare()
      if (fault === 'more') return this.#text.length - start > recordLengthMax ? tooLong : { kind: 'more' }
      if (fault !== undefined) return { kind: 'fault', fault }
      if (this.#at - start > recordLengthMax) return tooLong
      if (this.#text[this.#at] === delimiter) {
        this.#at++
        continue
      }
      const end = afterBreak(this.#text, this.#at)
      return { kind: 'record', fields: this.#fields, end }
    }
  }

  #bare(): string | undefined {
    const { delimiter, atEnd } = this.#from
    let end = this.#at
    while (end < this.#text.length && this.#text[end] !== delimiter && !isBreak(this.#text[end])) end++
    if (!atEnd && needsMore(this.#text, end)) return 'more'
    this.#fields.push(this.#text.slice(this.#at, end))
    this.#at = end
    return undefined
  }

  #quoted(): string | undefined {
    const { delimiter, atEnd } = this.#from
    const open = this.#at + 1
    for (let close = this.#text.indexOf('"', open); ; close = this.#text.indexOf('"', close + 2)) {
      if (close === -1) return atEnd ? 'the quote that opens a field must be closed' : 'more'
      if (!atEnd && needsMore(this.#text, close + 1)) return 'more'
      const next = this.#text[close + 1]
      if (next === '"') continue
      if (next !== undefined && next !== delimiter && !isBreak(next)) {
        return 'a closing quote must be followed by a separator or the end of the line'
      }
      const inner = this.#text.slice(open, close)
      this.innerBreaks += inner.match(/\r\n|\n|\r/g)?.length ?? 0
      this.#fields.push(inner.replaceAll('""', '"'))
      this.#at = close + 1
      return undefined
    }
  }
}

const tooLong: Attempt = {
  kind: 'fault',
  fault: `a row must have at most ${recordLengthMax} characters and every quote closed`,
}

/** Whether the text breaks off so that the character at `at`, or what follows a CR, is not known yet. */
function needsMore(text: string, at: number): boolean {
  return at >= text.length || (text[at] === '\r' && at + 1 === text.length)
}

function isBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r'
}

function lineEnd(text: string, start: number): number {
  let end = start
  while (end < text.length && !isBreak(text[end])) end++
  return end
}

function afterBreak(text: string, at: number): number {
  return text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1
}

function isBlank(fields: readonly string[]): boolean {
  return fields.every((field) => field.trim() === '')
}

/** The delimiter of the first line that is not blank, or undefined while that line is not complete. */
function detectDelimiter(text: string, atEnd: boolean): string | undefined {
  const start = text.search(/[^\s]/)
  if (start === -1) return atEnd ? ',' : undefined
  const end = lineEnd(text, start)
  if (end === text.length && !atEnd && end - start <= recordLengthMax) return undefined
  const line = text.slice(start, end)
  const counts = [',', ';', '\t'].map((candidate) => [candidate, line.split(candidate).length] as const)
  return counts.reduce((best, each) => (each[1] > best[1] ? each : best))[0]
}
