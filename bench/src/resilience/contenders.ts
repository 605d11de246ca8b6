import { cockatielContender } from './cockatiel-contender.ts'
import type { Contender } from './contender.ts'
import { effectContender } from './effect-contender.ts'
import { mollitiaContender } from './mollitia-contender.ts'
import { opossumContender } from './opossum-contender.ts'

/** The peers, in the order of the table. */
export const peerContenders: readonly Contender[] = [
  cockatielContender,
  opossumContender,
  mollitiaContender,
  effectContender,
]
