/**
 * The one list of the parts and their layers. The tidy test, the lint rules and the diagram in ARCHITECTURE.md are all
 * made from it. Imports go strictly downward, and by public name only.
 */

export interface Part {
  readonly name: string
  /** The folder that holds it, from the root. */
  readonly folder: string
  /** How others import it: this name, or this name and a subpath. */
  readonly specifier: string
  readonly layer: number
  /** Parts it may import although the layers alone would allow more, or less. */
  readonly only?: readonly string[]
  /** Parts that no one but these may import. */
  readonly importedOnlyBy?: readonly string[]
  readonly why: string
}

export const parts: readonly Part[] = [
  {
    name: 'core',
    folder: 'packages/seaworthy/src/core',
    specifier: 'seaworthy/core',
    layer: 0,
    why: 'time, randomness, errors, options, bounded containers and channels; Node only',
  },
  {
    name: 'resilience',
    folder: 'packages/seaworthy/src/resilience',
    specifier: 'seaworthy/resilience',
    layer: 1,
    why: 'policies around one call',
  },
  {
    name: 'telemetry',
    folder: 'packages/seaworthy/src/telemetry',
    specifier: 'seaworthy/telemetry',
    layer: 1,
    importedOnlyBy: ['service', 'fastify', 'marketprep', 'host'],
    why: 'subscribes to the channels, so that libraries need not know it',
  },
  {
    name: 'security',
    folder: 'packages/seaworthy/src/security',
    specifier: 'seaworthy/security',
    layer: 1,
    why: 'headers, redaction, passwords and secrets',
  },
  {
    name: 'service',
    folder: 'packages/seaworthy/src/service',
    specifier: 'seaworthy/service',
    layer: 3,
    why: 'the declaration: dependencies, capabilities, levels, lifecycle',
  },
  {
    name: 'command line',
    folder: 'packages/seaworthy/src/bin',
    specifier: 'seaworthy/bin',
    layer: 4,
    why: 'the seaworthy command',
  },
  {
    name: 'fastify',
    folder: 'packages/fastify',
    specifier: '@seaworthy/fastify',
    layer: 4,
    why: 'the HTTP side',
  },
  {
    name: 'postgres',
    folder: 'packages/postgres',
    specifier: '@seaworthy/postgres',
    layer: 4,
    only: ['core', 'resilience', 'security'],
    why: 'the database; a service decides what its trouble means',
  },
  {
    name: 'redis',
    folder: 'packages/redis',
    specifier: '@seaworthy/redis',
    layer: 4,
    only: ['core', 'resilience'],
    why: 'state that several instances share',
  },
  {
    name: 'simulators',
    folder: 'simulators',
    specifier: '@seaworthy/simulators',
    layer: 4,
    only: ['core'],
    why: 'stand-ins of outside services share no code with what calls them',
  },
  {
    name: 'marketprep',
    folder: 'systems/marketprep',
    specifier: '@seaworthy/system-marketprep',
    layer: 6,
    importedOnlyBy: ['host', 'bench'],
    why: 'a system is the end of the line',
  },
  {
    name: 'host',
    folder: 'systems/host',
    specifier: '@seaworthy/host',
    layer: 7,
    importedOnlyBy: [],
    why: 'the only place that knows every system',
  },
  {
    name: 'bench',
    folder: 'bench',
    specifier: '@seaworthy/bench',
    layer: 7,
    importedOnlyBy: [],
    why: 'measures what is public',
  },
]

/** The part that a file belongs to, by the longest folder that holds it. */
export function partOf(file: string): Part | undefined {
  return parts
    .filter((part) => file.startsWith(`${part.folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0]
}

/** The part that an import names, if it is one of ours. */
export function partOfSpecifier(specifier: string): Part | undefined {
  return parts.find((part) => specifier === part.specifier || specifier.startsWith(`${part.specifier}/`))
}

/** Why one part may not import another; undefined when it may. */
export function violation(from: Part, to: Part): string | undefined {
  if (from === to) return `${from.name} imports itself by its public name: use a relative path`
  if (to.importedOnlyBy !== undefined && !to.importedOnlyBy.includes(from.name)) {
    const allowed = to.importedOnlyBy.join(', ') || 'nothing'
    return `only ${allowed} may import ${to.name}: ${to.why}`
  }
  if (from.only !== undefined && !from.only.includes(to.name)) {
    return `${from.name} may import only ${from.only.join(', ')}: ${from.why}`
  }
  if (to.layer >= from.layer)
    return `${from.name} (layer ${from.layer}) may not import ${to.name} (layer ${to.layer})`
  return undefined
}
