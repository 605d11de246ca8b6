import { ExplainNode, RawNode, SelectQueryNode, type KyselyPlugin, type RootOperationNode } from 'kysely'
import type { MarketprepTransaction } from '@seaworthy/system-marketprep/data'

/** How PostgreSQL carries out the statements of some work, line by line. The work itself gets no rows. */
export async function queryPlan(
  tx: MarketprepTransaction,
  work: (tx: MarketprepTransaction) => Promise<unknown>,
): Promise<readonly string[]> {
  const lines: string[] = []
  const explain: KyselyPlugin = {
    transformQuery: ({ node }) => explained(node),
    async transformResult({ result }) {
      lines.push(...result.rows.flatMap((row) => Object.values(row).map(String)))
      return { ...result, rows: [] }
    },
  }
  await work(tx.withPlugin(explain))
  return lines
}

/** The statement behind "explain"; Kysely leaves the word out of sub-queries. */
function explained(node: RootOperationNode): RootOperationNode {
  if (RawNode.is(node)) {
    const [first = '', ...rest] = node.sqlFragments
    return { ...node, sqlFragments: [`explain (analyze) ${first}`, ...rest] }
  }
  if (!SelectQueryNode.is(node)) return node
  return { ...node, explain: ExplainNode.create(undefined, RawNode.createWithSql('analyze')) }
}
