import { isFullScope, scopesOf, terms, termValues, type TermCentres } from './linear-terms.ts'
import type { DayQuestion, ReasonGroup } from './types.ts'

/**
 * The linear part of the model: the logarithm of demand as a sum over scopes and terms. Plain data.
 */
export interface LinearDemand {
  readonly centres: TermCentres
  /** The weights of each scope by its key: one for each term, or one for the level alone. */
  readonly weights: readonly (readonly [key: string, weights: readonly number[]])[]
  /** The usual price of each product in cents. */
  readonly prices: readonly (readonly [productId: string, priceCents: number])[]
}

/** A part of the logarithm of demand. */
export interface LogPart {
  readonly group: ReasonGroup
  readonly name: string
  readonly log: number
}

/** The logarithm of demand, taken apart. */
export interface LinearScore {
  /** Level of the product: the baseline. */
  readonly base: number
  readonly parts: readonly LogPart[]
  readonly total: number
}

/** Evaluates the linear part; made once for each model in use. */
export class LinearEvaluator {
  readonly #centres: TermCentres
  readonly #weights: ReadonlyMap<string, readonly number[]>
  readonly #prices: ReadonlyMap<string, number>

  constructor(demand: LinearDemand) {
    this.#centres = demand.centres
    this.#weights = new Map(demand.weights)
    this.#prices = new Map(demand.prices)
  }

  get centres(): TermCentres {
    return this.#centres
  }

  /** Whether the product was there when the model was trained. */
  knows(productId: string): boolean {
    return this.#prices.has(productId)
  }

  /** The expected demand. */
  mean(question: DayQuestion, day: number): number {
    const values = this.#values(question, day)
    let total = 0
    for (const { key } of scopesOf(question, day)) {
      const weights = this.#weights.get(key) ?? []
      for (let index = 0; index < weights.length; index++) {
        total += (weights[index] as number) * (values[index] as number)
      }
    }
    return Math.exp(total)
  }

  score(question: DayQuestion, day: number): LinearScore {
    const values = this.#values(question, day)
    const parts: LogPart[] = []
    let [base, total] = [0, 0]
    for (const { kind, key } of scopesOf(question, day)) {
      const weights = this.#weights.get(key)
      if (weights === undefined) continue
      for (const [index, weight] of weights.entries()) {
        const log = weight * (values[index] as number)
        total += log
        const term = terms[index]
        if (index > 0 && term !== undefined) parts.push({ group: term.group, name: term.name, log })
        else if (isFullScope(kind)) base += log
        else if (kind === 'weekday') parts.push({ group: 'season', name: 'day of the week', log })
        else parts.push({ group: 'venue', name: kind === 'pair' ? 'product at this venue' : 'venue', log })
      }
    }
    return { base, parts, total }
  }

  #values(question: DayQuestion, day: number): Float64Array {
    return termValues(question, day, {
      centres: this.#centres,
      usualPriceCents: this.#prices.get(question.productId),
    })
  }
}
