import { levelChannel } from 'seaworthy/core'
import { capabilityLevel } from './capability.ts'
import type { DependencyHandle } from './dependency-handle.ts'
import { serviceError } from './service-errors.ts'
import type { ServiceLevel } from './service-level.ts'
import type { CapabilityDeclaration, CapabilityLevel } from './service.ts'

export interface Watched {
  /** The name of the service. */
  readonly name: string
  readonly dependencies: Readonly<Record<string, DependencyHandle>>
  readonly capabilities: Readonly<Record<string, CapabilityDeclaration>>
}

/** The levels of the capabilities of one service. While it watches, it publishes each change, asked or not. */
export class CapabilityWatch {
  readonly #watched: Watched
  readonly #known = new Map<string, ServiceLevel>()
  readonly #stops: (() => void)[] = []

  constructor(watched: Watched) {
    this.#watched = watched
  }

  start(): void {
    const announce = (): void => this.#announce()
    for (const dependency of Object.values(this.#watched.dependencies)) {
      this.#stops.push(dependency.onChange(announce))
    }
    announce()
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }

  levels(): readonly CapabilityLevel[] {
    return Object.keys(this.#watched.capabilities).map((capability) => this.levelOf(capability))
  }

  levelOf(capability: string): CapabilityLevel {
    return capabilityLevel(capability, this.declaration(capability), (name) => {
      const handle = this.#watched.dependencies[name]
      return { state: handle?.status().state ?? 'unknown', hasFallback: handle?.hasFallback ?? false }
    })
  }

  /** @throws SeaworthyError ERR_UNKNOWN_CAPABILITY */
  declaration(capability: string): CapabilityDeclaration {
    const { name, capabilities } = this.#watched
    const found = Object.hasOwn(capabilities, capability) ? capabilities[capability] : undefined
    if (found !== undefined) return found
    const known = Object.keys(capabilities).join(', ') || 'none'
    throw serviceError(
      'ERR_UNKNOWN_CAPABILITY',
      `Cannot work under "${capability}": must be one of ${known}`,
      {
        details: { service: name, capability },
      },
    )
  }

  #announce(): void {
    for (const { capability, level, because } of this.levels()) {
      const before = this.#known.get(capability) ?? 'full'
      if (before === level) continue
      this.#known.set(capability, level)
      levelChannel.publish({ service: this.#watched.name, capability, from: before, to: level, because })
    }
  }
}
