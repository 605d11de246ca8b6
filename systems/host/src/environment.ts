import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { hostError } from './host-errors.ts'

/** Reads and checks environment variables. The first bad one ends the start, by its name. */

/** Environment variables as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

function bad(name: string, allowed: string, received: string): Error {
  return hostError(
    'ERR_BAD_CONFIGURATION',
    `Cannot start: ${name} must be ${allowed}, received ${JSON.stringify(received)}`,
    { details: { variable: name, allowed } },
  )
}

/** The text of a variable; an empty one counts as not set. */
export function textOf(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim()
  return value === undefined || value === '' ? undefined : value
}

export function portOf(env: Environment, name: string, fallback: number): number {
  const value = textOf(env, name)
  if (value === undefined) return fallback
  const port = Number(value)
  if (/^\d+$/.test(value) && port <= 65_535) return port
  throw bad(name, 'a port number from 0 to 65535', value)
}

export function hostOf(env: Environment, name: string, fallback: string): string {
  const value = textOf(env, name) ?? fallback
  const isName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value) && !/^[\d.]+$/.test(value)
  if (isIP(value) !== 0 || isName) return value
  throw bad(name, 'an IP address or a host name', value)
}

export function choiceOf<const T extends string>(
  env: Environment,
  name: string,
  choices: readonly [T, ...T[]],
): T {
  const value = textOf(env, name)
  if (value === undefined) return choices[0]
  const choice = choices.find((candidate) => candidate === value)
  if (choice !== undefined) return choice
  throw bad(name, `one of ${choices.join(', ')}`, value)
}

export function urlOf(env: Environment, name: string, protocols: readonly string[]): string | undefined {
  const value = textOf(env, name)
  if (value === undefined) return undefined
  const protocol = URL.canParse(value) ? new URL(value).protocol : ''
  if (protocols.includes(protocol)) return value.replace(/\/+$/, '')
  const allowed = `a whole address that starts with ${protocols.map((item) => `${item}//`).join(' or ')}`
  // The value may hold a password, so only its scheme is repeated.
  throw bad(name, allowed, /^[a-z][a-z0-9+.-]*:\/\//i.exec(value)?.[0].concat('…') ?? 'something else')
}

export function folderOf(env: Environment, name: string, fallback: string): string {
  return resolve(textOf(env, name) ?? fallback)
}

/** Whole milliseconds from `min` to `max`. */
export function millisecondsOf(
  env: Environment,
  name: string,
  { fallback, max }: { readonly fallback: number; readonly max: number },
): number {
  const value = textOf(env, name)
  if (value === undefined) return fallback
  const ms = Number(value)
  if (/^\d+$/.test(value) && ms <= max) return ms
  throw bad(name, `whole milliseconds from 0 to ${max}`, value)
}
