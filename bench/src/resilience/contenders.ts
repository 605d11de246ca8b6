import type { Contender } from './contender.ts'

/** Loads the peers, in the order of the table; whoever measures ours alone has none of them in the process. */
export async function loadPeers(): Promise<readonly Contender[]> {
  const { cockatielContender } = await import('./cockatiel-contender.ts')
  const { opossumContender } = await import('./opossum-contender.ts')
  const { mollitiaContender } = await import('./mollitia-contender.ts')
  const { effectContender } = await import('./effect-contender.ts')
  return [cockatielContender, opossumContender, mollitiaContender, effectContender]
}
