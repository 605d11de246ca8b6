import { createHash } from 'node:crypto'

/** A Lua script that Redis runs in one step. */
export interface Script {
  /** For messages. */
  readonly name: string
  readonly source: string
  /** What Redis calls it once it has seen the source. */
  readonly sha1: string
}

export function defineScript(name: string, source: string): Script {
  return Object.freeze({ name, source, sha1: createHash('sha1').update(source).digest('hex') })
}
