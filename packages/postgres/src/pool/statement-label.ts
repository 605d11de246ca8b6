import type { CompiledQuery } from 'kysely'

const wordsMax = 4

/**
 * A name for a statement that holds no value: the kind of the builder's node, or of raw SQL the first words up to the
 * first literal.
 */
export function statementLabel(query: Pick<CompiledQuery, 'query' | 'sql'>): string {
  const { kind } = query.query
  return kind === 'RawNode'
    ? firstWords(query.sql)
    : `${kind.replace(/(?:Query)?Node$/, '').toLowerCase()} ${tableIn(query.sql)}`.trim()
}

/** The first words of a text of SQL, up to anything that may be a value. */
export function firstWords(sql: string): string {
  const words: string[] = []
  for (const word of sql.slice(0, 200).trim().split(/\s+/)) {
    const name = /^[a-z_][a-z_.]*/i.exec(word.replaceAll('"', ''))?.[0]
    if (name === undefined || words.length >= wordsMax || word.includes("'")) break
    words.push(name.toLowerCase())
    if (name !== word) break
  }
  return words.join(' ') || 'statement'
}

function tableIn(sql: string): string {
  const name = /\b(?:from|into|update)\s+((?:"[^"]+"\.)?"[^"]+")/.exec(sql)?.[1]
  return name?.replaceAll('"', '') ?? ''
}
