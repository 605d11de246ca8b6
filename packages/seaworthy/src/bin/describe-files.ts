import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Service, ServiceDescription } from 'seaworthy/service'

/**
 * The descriptions of all services that the files export.
 *
 * @param files modules; none means those that the package.json in `folder` lists
 * @returns the descriptions, or a sentence that says why there are none
 */
export async function describeFiles(
  files: readonly string[],
  folder: string,
): Promise<ServiceDescription | readonly ServiceDescription[] | string> {
  const wanted = files.length > 0 ? files : await listedFiles(folder)
  if (wanted.length === 0) {
    return 'Cannot describe: name a file that exports a service, or list files under "seaworthy.declarations" in package.json'
  }
  const descriptions: ServiceDescription[] = []
  for (const file of wanted) {
    const found = await servicesOf(resolve(folder, file))
    if (typeof found === 'string') return `Cannot describe ${file}: ${found}`
    descriptions.push(...found.map((service) => service.describe()))
  }
  return descriptions.length === 1 && descriptions[0] !== undefined ? descriptions[0] : descriptions
}

async function listedFiles(folder: string): Promise<readonly string[]> {
  try {
    const manifest: unknown = JSON.parse(await readFile(resolve(folder, 'package.json'), 'utf8'))
    const section = fieldOf(manifest, 'seaworthy')
    const files = fieldOf(section, 'declarations')
    return Array.isArray(files) ? files.filter((file) => typeof file === 'string') : []
  } catch {
    return []
  }
}

async function servicesOf(path: string): Promise<readonly Service[] | string> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!isFile) return 'FILE must be the path of a module that exports a service, there is no such file'
  let exports: Readonly<Record<string, unknown>>
  try {
    exports = await import(pathToFileURL(path).href)
  } catch (error) {
    return `FILE must be a module that can be loaded, and it ended with: ${reasonOf(error)}`
  }
  const services = Object.values(exports).filter(isService)
  return services.length > 0 ? services : 'it must export what defineService returns, it exports no service'
}

/** What went wrong, without the paths that Node adds. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const [line = ''] = message.split('\n')
  return line.replace(/ imported from .*$/, '').replaceAll(/(?:file:\/\/)?\/[^\s'"]*\/(?=[^\s'"/])/g, '')
}

function isService(value: unknown): value is Service {
  return typeof fieldOf(value, 'describe') === 'function' && typeof fieldOf(value, 'readiness') === 'function'
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined
}
