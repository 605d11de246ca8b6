import { randomBytes } from 'node:crypto'
import type { Random } from './clock.ts'

/** Random numbers of the machine. Not for secrets: use `node:crypto` for those. */
export const systemRandom: Random = Object.freeze({ next: () => Math.random() })

/** Random numbers that are the same for the same seed. */
export interface SeededRandom extends Random {
  /** An independent sequence that depends only on this one's seed and the name. */
  fork(name: string): SeededRandom
  /** A whole number from `min` up to and including `max`. */
  integer(min: number, max: number): number
  /** A normally distributed number, by the polar method of Marsaglia (1962). */
  normal(mean: number, deviation: number): number
  /** A count with the given mean: Knuth's product below 30, a rounded normal above. */
  poisson(mean: number): number
}

/** A sequence made from a seed by sfc32 (C. Doty-Humphrey, PractRand). */
export function seededRandom(seed: number | string): SeededRandom {
  return new Sfc32(hash(String(seed)))
}

/** A seed nobody can guess, for what must differ at each start but may be repeated by naming it. */
export function freshSeed(): string {
  return randomBytes(8).toString('hex')
}

class Sfc32 implements SeededRandom {
  readonly #seed: number
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number) {
    this.#seed = seed
    this.#a = 0
    this.#b = seed
    this.#c = seed ^ 0x9e3779b9
    for (let i = 0; i < 12; i++) this.next()
  }

  next(): number {
    const t = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t
    return (t >>> 0) / 2 ** 32
  }

  fork(name: string): SeededRandom {
    return new Sfc32(hash(`${this.#seed}/${name}`))
  }

  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  normal(mean: number, deviation: number): number {
    for (;;) {
      const u = this.next() * 2 - 1
      const v = this.next() * 2 - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) return mean + deviation * u * Math.sqrt((-2 * Math.log(s)) / s)
    }
  }

  poisson(mean: number): number {
    if (mean <= 0) return 0
    if (mean > 30) return Math.max(0, Math.round(this.normal(mean, Math.sqrt(mean))))
    const limit = Math.exp(-mean)
    let count = 0
    for (let product = this.next(); product > limit; product *= this.next()) count++
    return count
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
