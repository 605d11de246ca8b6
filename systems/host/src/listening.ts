import { createServer } from 'node:net'
import { errorCode } from 'seaworthy/core'
import { hostError } from './host-errors.ts'

/** Where a server listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Listens for a moment, so that a bad address is known before anything slow is started.
 *
 * @returns the port: a free one when 0 was asked for
 * @throws SeaworthyError ERR_PORT_IN_USE, ERR_BAD_CONFIGURATION
 */
export async function checkAddress(address: Address): Promise<number> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(address, resolve)
    })
  } catch (cause) {
    throw explainListening(cause, address)
  }
  const bound = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof bound === 'object' && bound !== null ? bound.port : address.port
}

/** Why a server cannot listen, in words that name the variable. What no variable causes is returned as it is. */
export function explainListening(cause: unknown, { host, port }: Address): unknown {
  const code = errorCode(cause) ?? ''
  const extras = { cause, details: { host, port } }
  switch (code) {
    case 'EADDRINUSE':
      return hostError(
        'ERR_PORT_IN_USE',
        `Cannot start: PORT ${port} on ${host} must be free, another program listens there; stop it or set PORT to another number`,
        extras,
      )
    case 'EACCES':
      return hostError(
        'ERR_BAD_CONFIGURATION',
        `Cannot start: PORT must be one that this user may listen on, received ${port}; set PORT to 1024 or above`,
        extras,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return hostError(
        'ERR_BAD_CONFIGURATION',
        `Cannot start: HOST must be an address of this machine, received ${JSON.stringify(host)} (${code}); set HOST to 127.0.0.1, or to 0.0.0.0 for all of its addresses`,
        extras,
      )
    default:
      return cause
  }
}
