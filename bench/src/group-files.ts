import { readdir } from 'node:fs/promises'
import type { BenchGroup } from './bench-row.ts'

const folder = new URL('./groups/', import.meta.url)

/** The names of the groups: one for each file in `groups/`. */
export async function groupNames(): Promise<readonly string[]> {
  const files = await readdir(folder)
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort()
}

/** Loads one group and nothing else, so that a group's dependencies are only needed when it runs. */
export async function loadGroup(name: string): Promise<BenchGroup> {
  return (await import(new URL(`${name}.ts`, folder).href)) as BenchGroup
}
