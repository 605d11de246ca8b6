import { boolean, defineOptions, integer, matching, secret } from 'seaworthy/core'
import { redactText, type TextRules } from './redact-text.ts'
import { redactValue } from './redact-value.ts'
import { SecretRegister } from './secret-register.ts'
import { createKeyMatcher } from './sensitive-keys.ts'

export interface RedactorOptions {
  /** Further names whose values are secret, in any case and with any separators. Default none. */
  readonly keys?: readonly string[]
  /** Values that are secret wherever they stand. Default none. */
  readonly secrets?: readonly string[]
  /** Whether e-mail addresses are taken out, too. Default false. */
  readonly emails?: boolean
  /** Levels of nesting before `[too deep]`. Default 12. */
  readonly depthMax?: number
  /** Fields and elements before `[too large]`. Default 10 000. */
  readonly nodesMax?: number
  /** Characters of one text before it is cut. Default 65 536. */
  readonly textMax?: number
}

export const redactorDefaults = Object.freeze({
  keys: [],
  secrets: [],
  emails: false,
  depthMax: 12,
  nodesMax: 10_000,
  textMax: 65_536,
})

const resolveRedactorOptions = defineOptions('redactor', redactorDefaults, {
  keys: matching('a list of texts', isTexts),
  secrets: secret(matching('a list of texts', isTexts)),
  emails: boolean(),
  depthMax: integer(1, 100),
  nodesMax: integer(1, 1_000_000),
  textMax: integer(100, 10_000_000),
})

/**
 * Takes secrets out of what is logged or shown: by the name of the field at any depth, and in every text by value. What
 * it cannot know: a secret of no known shape, under a harmless name, that was not registered.
 */
export interface Redactor {
  /** A copy without secrets, as JSON can carry it. Never throws, never changes the value. */
  redact(value: unknown): unknown
  /** The same for one text. */
  redactText(text: string): string
  /**
   * Remembers a secret value until the returned function is called; one shorter than 6 characters is not remembered.
   *
   * @throws SeaworthyError ERR_QUEUE_FULL when 1000 are remembered
   */
  register(secret: string): () => void
}

/** Makes a redactor. Its methods may be handed on without their object. */
export function createRedactor(options?: RedactorOptions): Redactor {
  const { keys, secrets, emails, depthMax, nodesMax, textMax } = resolveRedactorOptions(options)
  const register = new SecretRegister()
  for (const secret of secrets) register.register(secret)
  const rules: TextRules = { isSensitive: createKeyMatcher(keys), register, emails }
  const clean = (text: string): string => redactBounded(text, textMax, rules)
  const walk = { isSensitive: rules.isSensitive, redactText: clean, depthMax, nodesMax, textMax }
  return Object.freeze({
    redact(value: unknown): unknown {
      try {
        return redactValue(value, walk)
      } catch {
        return '[unreadable]'
      }
    },
    redactText: clean,
    register: (secret: string) => register.register(secret),
  })
}

/** How far beyond the cut is looked, so that a secret which the cut would halve is still known. */
const overlap = 8192

function redactBounded(text: string, textMax: number, rules: TextRules): string {
  if (text.length <= textMax) return redactText(text, rules)
  const cut = text.length > textMax + overlap
  const clean = redactText(cut ? text.slice(0, textMax + overlap) : text, rules)
  const kept = clean.slice(0, Math.min(textMax, cut ? Math.max(0, clean.length - overlap) : textMax))
  return `${kept}[${text.length - textMax} more characters]`
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
