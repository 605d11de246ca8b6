import { coreError, type Field } from 'seaworthy/core'

/** The check of an option whose value must not appear in a message: an address with a password, a key. */
export function secretOption<T>(
  name: string,
  allowed: string,
  accepts: (value: unknown) => value is T,
): Field<T> {
  return {
    allowed,
    read: (value) => {
      if (accepts(value)) return value
      const received = value === undefined ? 'nothing' : 'something else, which is secret and not shown'
      throw coreError(
        'ERR_INVALID_OPTION',
        `Cannot configure "${name}": it must be ${allowed}, received ${received}`,
        {
          details: { key: name, allowed },
        },
      )
    },
  }
}
