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

/** Repeats are bounded, or start only where a word does and take what they passed, so that no text makes them slow. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
    '[private key]',
  ],
  [/(?<![\w-])eyJ[\w-]{5,}\.[\w-]{2,}(?:\.[\w-]*){0,3}/g, '[token]'],
  [/\b(Bearer|DPoP|Negotiate)\s{1,3}[\w+/.~=-]{4,}/gi, `$1 ${redactedMark}`],
  [
    /\b([Bb]asic)\s{1,3}(?=[A-Za-z]{0,200}[\d+/=]|[A-Z]{0,4}[a-z]{1,200}[A-Z])[\w+/]{6,}={0,2}/g,
    `$1 ${redactedMark}`,
  ],
  [
    /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#:@"'<>]{0,300}:(?!\d{1,5}(?:[/?#"'\s,]|$))[^\s"'<>]{0,500}@/gi,
    `$1${redactedMark}@`,
  ],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#:@"'<>]{1,300}@/gi, `$1${redactedMark}@`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '[token]'],
  [
    /\b(?:gh[pousr]_|github_pat_|glpat-|npm_|xox[abeoprs]-|[rs]k_(?:live|test)_|whsec_|sq0[a-z]{3}-|EAAA|AIza|sk-)[\w-]{16,}/g,
    '[token]',
  ],
]

const email = /[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}\b/g

/** Takes the secrets out of a text: known values first, then known shapes, then the values of secret names. */
export function redactText(text: string, { isSensitive, register, emails }: TextRules): string {
  let clean = register.redact(text)
  for (const [pattern, replacement] of shapes) clean = clean.replace(pattern, replacement)
  clean = redactCards(redactAssignments(clean, isSensitive))
  return emails ? clean.replace(email, '[email]') : clean
}
