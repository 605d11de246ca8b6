/** Options before their check: they may be anything. */

const nameLengthMax = 200

/** Their name, for messages about them; undefined when there is none fit to show. */
export function givenName(options: unknown): string | undefined {
  if (!isObject(options)) return undefined
  const { name } = options
  return typeof name === 'string' && name.length > 0 && name.length <= nameLengthMax ? name : undefined
}

/** One of them alone, where the others are checked elsewhere. What is no object stays, for the check to refuse. */
export function onlyOption(options: unknown, key: string): object {
  return isObject(options) ? { [key]: options[key] } : (options as object)
}

/** They with changes. What is no object takes their place, for the check to refuse. */
export function changedOptions<Options extends object>(given: Options, changes: object): Options {
  return changes === undefined || isObject(changes) ? { ...given, ...changes } : (changes as Options)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
