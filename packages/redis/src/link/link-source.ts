import { coreError } from 'seaworthy/core'

/** Where the connections of a link come from: an address, or the owner's own function. */
export interface LinkSource<Client> {
  readonly name: string
  readonly url: string | undefined
  readonly client: (() => Client) | undefined
}

/**
 * What makes the clients of a link.
 *
 * @param fromUrl makes one for an address; the signal ends it at once
 * @throws SeaworthyError ERR_INVALID_OPTION unless exactly one source is given
 */
export function clientsOf<Client>(
  { name, url, client }: LinkSource<Client>,
  fromUrl: (url: string, signal: AbortSignal) => Client,
): (signal: AbortSignal) => Client {
  if (client !== undefined && url === undefined) return client
  if (url !== undefined && client === undefined) return (signal) => fromUrl(url, signal)
  throw coreError(
    'ERR_INVALID_OPTION',
    `Cannot configure Redis link "${name}": exactly one of "url" and "client" must be given, received ${url === undefined ? 'none' : 'both'}`,
    { details: { name } },
  )
}
