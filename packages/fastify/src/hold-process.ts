import { MessageChannel } from 'node:worker_threads'

/**
 * Keeps the process alive until released. Most timers do not, so a shutdown that waits for nothing but a timer would be cut
 * short by the process running out of work.
 */
export function holdProcess(): Disposable {
  const { port1 } = new MessageChannel()
  port1.ref()
  return { [Symbol.dispose]: () => port1.close() }
}
