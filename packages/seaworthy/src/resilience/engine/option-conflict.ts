import { coreError } from 'seaworthy/core'

/** What is wrong with an option beside the others. */
export interface Conflict {
  readonly key: string
  /** What must be instead, naming the other option, to follow "must". */
  readonly must: string
  /** The value, as the message shows it. */
  readonly received: string | number
}

/**
 * The error for options of which each is right, but not beside the others.
 *
 * @param subject what is configured, for the message
 */
export function optionConflict(subject: string, name: string | undefined, conflict: Conflict): Error {
  const { key, must, received } = conflict
  const target = name === undefined ? subject : `${subject} "${name}"`
  return coreError(
    'ERR_INVALID_OPTION',
    `Cannot configure ${target}: "${key}" must ${must}, received ${received}`,
    {
      details: { target, key },
    },
  )
}
