import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** Which way nothing passes any more. */
export type Cut = 'both ways' | 'to the server' | 'from the server'

/** A way to a server that can be cut, in one direction or both: then connections stay, or come about, and nothing passes. */
export class BlackHole implements AsyncDisposable {
  readonly #server: Server
  /** The ends of each connection, and which way what they receive goes. */
  readonly #sockets = new Map<Socket, Cut>()
  #cut: Cut | undefined

  private constructor(target: number) {
    this.#server = createServer((near) => {
      const far = connect(target, '127.0.0.1')
      this.#join(near, far, 'to the server')
      this.#join(far, near, 'from the server')
    })
  }

  static async to(port: number): Promise<BlackHole> {
    const hole = new BlackHole(port)
    hole.#server.listen(0, '127.0.0.1')
    await once(hole.#server, 'listening')
    return hole
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  cut(cut: Cut = 'both ways'): void {
    this.#cut = cut
    for (const [socket, way] of this.#sockets) if (this.#isCut(way)) socket.pause()
  }

  mend(): void {
    this.#cut = undefined
    for (const socket of this.#sockets.keys()) socket.resume()
  }

  #isCut(way: Cut): boolean {
    return this.#cut === 'both ways' || this.#cut === way
  }

  #join(from: Socket, to: Socket, way: Cut): void {
    this.#sockets.set(from, way)
    from.on('data', (chunk) => void to.write(chunk))
    if (this.#isCut(way)) from.pause()
    from.on('error', () => undefined)
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets.keys()) socket.destroy()
    await once(this.#server, 'close')
  }
}
