import type { Policy } from './policy.ts'
import { wrongArgument } from './check-arguments.ts'
import { hasMethods } from './has-methods.ts'

/** Where policies of one kind are entered by name. */
interface Table<P> {
  add(policy: P): void
}

/**
 * Enters a policy by its name where that was asked for. One that cannot be entered is disposed of, if it can be: nobody will
 * ever get hold of it.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION for what is no registry; what its table throws
 */
export function entered<P extends Policy & Partial<Disposable>, Name extends string>(
  made: P,
  registry: { readonly [Key in Name]: Table<P> } | undefined,
  name: Name,
): P {
  if (registry === undefined) return made
  try {
    tableOf<P>(registry, name, made).add(made)
    return made
  } catch (error) {
    made[Symbol.dispose]?.()
    throw error
  }
}

function tableOf<P extends Policy>(registry: unknown, name: string, { kind, name: own }: P): Table<P> {
  const tables = (registry ?? {}) as Readonly<Record<string, unknown>>
  const table = tables[name]
  if (hasMethods<Table<P>>(table, 'add')) return table
  const target = `${kind} "${own}"`
  throw wrongArgument(target, { key: 'registry', allowed: `one with ${name}`, value: registry })
}
