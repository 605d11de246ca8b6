import type { KeyMatcher } from './sensitive-keys.ts'

/** What stands in the place of a secret. */
export const redactedMark = '[redacted]'

/** A name with `=`, `:` or `=>` behind it, as in query strings, headers, connection strings, JSON and prose. */
const assignment = /([A-Za-z][\w.%-]{0,60})(?:\]|%5D)?(\\{0,63}["']?\s{0,3}(?:=>|[=:])\s{0,3})/gi

/** A value in quotes. JSON inside JSON has quotes with backslashes, of which more of them stand for a quote inside. */
const quoted = [
  /"[^"\\]*(?:\\[^][^"\\]*)*"?/y,
  /'[^'\\]*(?:\\[^][^'\\]*)*'?/y,
  /(\\{1,63}["'])[^]*?(?:(?<!\\)\1|$)/y,
] as const
const unquoted = /[^\s&;,"'<>)\]}]+/y
const restOfLine = /[^\r\n]+/y

/** Words that go on a sentence, as in "Cannot hash password: it must have": what they follow is no value. */
const sentence =
  /:\s(?:all|an?|each|expired|failed|invalid|is|its?|missing|must|no|not|only|required|the|too|unknown)(?![^\s,])/iy

/** Headers whose value has spaces and separators of its own: everything to the end of the line is secret. */
const wholeLine = /^(?:proxy-)?authorization$|^(?:set-)?cookie$/i

/**
 * Takes out the values of names that are secret from running text: `?token=abc`, `Password=p;`, `"apiKey": "x"`,
 * `Cookie: a=b; c=d`. A value is passed over once it is found, so the time grows with the length of the text.
 */
export function redactAssignments(text: string, isSensitive: KeyMatcher): string {
  if (!text.includes('=') && !text.includes(':')) return text
  let clean = ''
  let copied = 0
  assignment.lastIndex = 0
  for (let match = assignment.exec(text); match !== null; match = assignment.exec(text)) {
    const name = match[1] ?? ''
    if (!isSensitive(decoded(name))) continue
    const start = assignment.lastIndex
    sentence.lastIndex = start - 2
    if (sentence.test(text)) continue
    const end = valueEnd(text, start, wholeLine.test(name))
    if (end === start) continue
    clean += text.slice(copied, start) + requoted(text, start, end)
    copied = end
    assignment.lastIndex = end
  }
  return copied === 0 ? text : clean + text.slice(copied)
}

function valueEnd(text: string, start: number, isWholeLine: boolean): number {
  for (const pattern of [...quoted, isWholeLine ? restOfLine : unquoted]) {
    pattern.lastIndex = start
    if (pattern.test(text)) return pattern.lastIndex
  }
  return start
}

/** Keeps the quotes of a value, so that JSON stays JSON. */
function requoted(text: string, start: number, end: number): string {
  const quote = /^\\*["']/.exec(text.slice(start, Math.min(end, start + 64)))?.[0]
  if (quote === undefined) return redactedMark
  return text.slice(start + quote.length, end).endsWith(quote)
    ? quote + redactedMark + quote
    : quote + redactedMark
}

function decoded(name: string): string {
  if (!name.includes('%')) return name
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
