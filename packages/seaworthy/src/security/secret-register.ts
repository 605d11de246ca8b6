import { coreError } from 'seaworthy/core'
import { redactedMark } from './redact-assignments.ts'

/** Shorter ones would take ordinary words out of every text. */
const secretLengthMin = 6
export const secretsMax = 1000

/** Secret values known at run time, taken out of texts wherever they stand, also as JSON, URLs and base64 write them. */
export class SecretRegister {
  readonly #uses = new Map<string, number>()
  #pattern: RegExp | undefined

  /**
   * Remembers a secret until the returned function is called. One shorter than 6 characters is not remembered.
   *
   * @throws SeaworthyError ERR_QUEUE_FULL when 1000 are remembered
   */
  register(secret: string): () => void {
    if (secret.length < secretLengthMin) return () => {}
    if (!this.#uses.has(secret) && this.#uses.size >= secretsMax) {
      throw coreError('ERR_QUEUE_FULL', `Cannot register secret: all ${secretsMax} places are taken`, {
        details: { capacity: secretsMax },
      })
    }
    this.#uses.set(secret, (this.#uses.get(secret) ?? 0) + 1)
    this.#pattern = undefined
    let active = true
    return () => {
      if (active) this.#forget(secret)
      active = false
    }
  }

  redact(text: string): string {
    if (this.#uses.size === 0) return text
    this.#pattern ??= patternOf(this.#uses.keys())
    return text.replace(this.#pattern, redactedMark)
  }

  #forget(secret: string): void {
    const uses = this.#uses.get(secret) ?? 0
    if (uses > 1) this.#uses.set(secret, uses - 1)
    else this.#uses.delete(secret)
    this.#pattern = undefined
  }
}

/** Longest first, so that a secret inside another does not leave the rest of it standing. */
function patternOf(secrets: Iterable<string>): RegExp {
  const forms = new Set<string>()
  for (const secret of secrets) for (const form of formsOf(secret)) forms.add(form)
  const sorted = [...forms].toSorted((a, b) => b.length - a.length)
  return new RegExp(
    sorted.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|'),
    'g',
  )
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8')
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ]
}
