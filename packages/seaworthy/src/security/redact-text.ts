import { redactAssignments, redactedMark } from './redact-assignments.ts'
import { redactCards } from './redact-cards.ts'
import type { SecretRegister } from './secret-register.ts'
import type { KeyMatcher } from './sensitive-keys.ts'

/** What finding secrets in text goes by. */
export interface TextRules {
  readonly isSensitive: KeyMatcher
  readonly register: SecretRegister
  readonly emails: boolean
}

/** What a secret looks like. */
interface Shape {
  /** Text without it cannot hold the shape; to look for it costs next to nothing. Empty where no part is always there. */
  readonly hint: string
  readonly pattern: RegExp
  readonly replacement: string
}

/** Repeats are bounded, or start only where a word does and take what they passed, so that no text makes them slow. */
const shapes: readonly Shape[] = [
  {
    hint: 'PRIVATE KEY',
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
    replacement: '[private key]',
  },
  {
    hint: 'eyJ',
    pattern: /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{2,}(?:\.[\w-]*){0,3}/g,
    replacement: '[token]',
  },
  {
    hint: '',
    pattern: /\b(Bearer|DPoP|Negotiate)\s{1,3}[\w+/.~=-]{4,}/gi,
    replacement: `$1 ${redactedMark}`,
  },
  {
    hint: 'asic',
    pattern: /\b([Bb]asic)\s{1,3}(?=[A-Za-z]{0,200}[\d+/=]|[A-Z]{0,4}[a-z]{1,200}[A-Z])[\w+/]{6,}={0,2}/g,
    replacement: `$1 ${redactedMark}`,
  },
  {
    hint: '@',
    pattern:
      /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#:@"'<>]{0,300}:(?!\d{1,5}(?:[/?#"'\s,]|$))[^\s"'<>]{0,500}@/gi,
    replacement: `$1${redactedMark}@`,
  },
  {
    hint: '@',
    pattern: /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#:@"'<>]{1,300}@/gi,
    replacement: `$1${redactedMark}@`,
  },
]

/** Tokens that their issuer marks by how they begin. */
const marked =
  /\b(?:(?:AKIA|ASIA)(?=[A-Z0-9]{16}\b)|gh[pousr]_|github_pat_|glpat-|npm_|xox[abeoprs]-|[rs]k_(?:live|test)_|whsec_|sq0[a-z]{3}-|EAAA|AIza|sk-)[\w-]{16,}/g
const markedLengthMin = 19

const email = /[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}\b/g

/** Takes the secrets out of a text: known values first, then known shapes, then the values of secret names. */
export function redactText(text: string, { isSensitive, register, emails }: TextRules): string {
  let clean = register.redact(text)
  for (const { hint, pattern, replacement } of shapes) {
    if (clean.includes(hint)) clean = clean.replace(pattern, replacement)
  }
  if (clean.length >= markedLengthMin) clean = clean.replace(marked, '[token]')
  clean = redactCards(redactAssignments(clean, isSensitive))
  return emails ? clean.replace(email, '[email]') : clean
}
