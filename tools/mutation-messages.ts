/**
 * A plugin of the mutation runner: texts for people are not mutated. What a message says is for readers; its code,
 * details and times are values that tests assert. A text with a space in it is for people.
 */

/** The part of a Babel node path that is looked at. */
interface NodePath {
  readonly node: {
    readonly type: string
    readonly value?: unknown
    readonly quasis?: readonly { readonly value: { readonly raw: string } }[]
  }
}

/** Why a node and what is in it is left as it is; undefined when it is not. */
export function shouldIgnore({ node }: NodePath): string | undefined {
  const text =
    node.type === 'StringLiteral'
      ? String(node.value)
      : node.type === 'TemplateLiteral'
        ? (node.quasis ?? []).map(({ value }) => value.raw).join('')
        : ''
  return text.includes(' ') ? 'a text for people' : undefined
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'messages', value: { shouldIgnore } }] as const
