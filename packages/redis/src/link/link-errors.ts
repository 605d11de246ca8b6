import type { ErrorExtras } from 'seaworthy/core'
import { redisError } from '../redis-errors.ts'
import type { ResolvedLinkOptions } from './link-options.ts'
import type { LinkState } from './link-state.ts'
import type { Script } from './script.ts'

/** The errors of one link. */
export class LinkErrors {
  readonly #options: ResolvedLinkOptions

  constructor(options: ResolvedLinkOptions) {
    this.#options = options
  }

  /** Of a command that was not carried out. */
  unavailable(state: LinkState): Error {
    return redisError(
      'ERR_REDIS_UNAVAILABLE',
      `Cannot use ${this.#options.name}: it must be connected, received ${state.kind}${reasonOf(state)}`,
      this.#extras(state),
    )
  }

  /** Of a command that may have been carried out. */
  lost(state: LinkState): Error {
    return redisError(
      'ERR_REDIS_LOST',
      `Cannot use ${this.#options.name}: its answer must come before the connection ends${reasonOf(state)}`,
      this.#extras(state),
    )
  }

  timedOut(): Error {
    const { name, commandTimeout, reconnectMin } = this.#options
    return redisError(
      'ERR_REDIS_TIMEOUT',
      `Cannot use ${name}: an answer must come within ${commandTimeout} ms, received none`,
      { details: { link: name, commandTimeoutMs: commandTimeout }, retryAfterMs: reconnectMin },
    )
  }

  overloaded(): Error {
    const { name, inFlightMax, commandTimeout } = this.#options
    return redisError(
      'ERR_REDIS_OVERLOADED',
      `Cannot use ${name}: at most ${inFlightMax} commands may wait for their answers, received one more`,
      { details: { link: name, inFlightMax }, retryAfterMs: commandTimeout },
    )
  }

  closed(): Error {
    const { name } = this.#options
    return redisError('ERR_REDIS_CLOSED', `Cannot use ${name}: its link is closed`, {
      details: { link: name },
    })
  }

  refused(script: Script, cause: unknown): Error {
    const { name } = this.#options
    const said = cause instanceof Error ? cause.message : String(cause)
    return redisError(
      'ERR_REDIS_REFUSED',
      `Cannot run script "${script.name}" on ${name}: it must be accepted, received "${said}"`,
      { details: { link: name, script: script.name }, cause },
    )
  }

  #extras(state: LinkState): ErrorExtras {
    const { name, runtime } = this.#options
    const leftMs = state.kind === 'away' ? state.untilMs - runtime.clock.now() : 0
    return {
      details: { link: name, state: state.kind },
      ...('cause' in state ? { cause: state.cause } : {}),
      retryAfterMs: Math.max(1, Math.ceil(leftMs)),
    }
  }
}

function reasonOf(state: LinkState): string {
  return 'cause' in state && state.cause instanceof Error ? `: ${state.cause.message}` : ''
}
