import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ErrorEntry } from '../packages/seaworthy/src/core/errors.ts'
import { repositoryFiles, root } from './source-files.ts'

/** One table of codes, with the module that holds it. */
export interface ErrorArea {
  readonly path: string
  readonly codes: Readonly<Record<string, ErrorEntry>>
}

/** Every table of error codes: what the modules named `*-errors.ts` export. */
export async function errorAreas(): Promise<readonly ErrorArea[]> {
  const files = repositoryFiles(/^(packages|systems)\/.*-errors\.ts$/)
  const areas = files.map(async ({ path }) => {
    const exports: Record<string, unknown> = await import(pathToFileURL(join(root, path)).href)
    return Object.values(exports)
      .filter(isTable)
      .map((codes) => ({ path, codes }))
  })
  return (await Promise.all(areas)).flat()
}

function isTable(value: unknown): value is Readonly<Record<string, ErrorEntry>> {
  if (typeof value !== 'object' || value === null) return false
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every((key) => key.startsWith('ERR_'))
}

/** The reference page of all codes. */
export async function errorReference(): Promise<string> {
  const areas = await errorAreas()
  const sections = areas.map(({ path, codes }) => {
    const rows = Object.entries(codes).map(
      ([code, entry]) => `| \`${code}\` | ${entry.status} | ${entry.meaning} | ${entry.remedy} |`,
    )
    return [
      `## ${areaName(path)}`,
      '',
      `Source: \`${path}\``,
      '',
      '| code | status | meaning | remedy |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n')
  })
  return [
    '# Error codes',
    '',
    'Generated from the tables in the source by `npm run generate`. A code is never reused for another meaning.',
    'The status is the HTTP status when the error reaches a caller.',
    '',
    ...sections,
  ].join('\n')
}

function areaName(path: string): string {
  const file = path.split('/').at(-1) ?? path
  const name = file.replace('-errors.ts', '')
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`
}
