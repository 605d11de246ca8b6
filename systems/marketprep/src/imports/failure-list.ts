import type { ImportFailure } from '../contract/sales.ts'
import type { RowFault } from './square-sale.ts'

/** Failures that are listed; all are counted. */
const failuresListed = 1_000

/** The rows of an import that cannot be taken: all counted, the first ones listed. */
export class FailureList {
  readonly #listed: ImportFailure[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  get listed(): ImportFailure[] {
    return [...this.#listed]
  }

  add(line: number, { column, value, message }: RowFault): void {
    this.#count++
    if (this.#listed.length >= failuresListed) return
    this.#listed.push({ line, column, value: detached(value.slice(0, 200)), reason: message })
  }
}

/** A substring keeps the text that it is part of in memory; this one is on its own. */
function detached(text: string): string {
  return Buffer.from(text).toString()
}
