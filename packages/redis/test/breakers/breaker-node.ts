import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { NodeAnswer, NodePlan, NodeRequest } from './messages.ts'

const script = fileURLToPath(new URL('../fixtures/breaker-process.ts', import.meta.url))

/** A process with a breaker, as the test sees it. */
export class BreakerNode {
  readonly #child: ChildProcess
  readonly #waiting: PromiseWithResolvers<NodeAnswer>[] = []

  constructor(plan: NodePlan) {
    const child = spawn(process.execPath, [script, JSON.stringify(plan)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child = child
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line) as NodeAnswer)
    })
    child.on('exit', (code) => {
      for (const answer of this.#waiting) answer.reject(new Error(`${plan.instance} ended with ${code}`))
    })
  }

  ask(request: NodeRequest): Promise<NodeAnswer> {
    const answer = Promise.withResolvers<NodeAnswer>()
    this.#waiting.push(answer)
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`)
    return answer.promise
  }

  look(): Promise<NodeAnswer> {
    return this.ask({ do: 'look' })
  }

  /** As many failed calls as open it. */
  async fail(): Promise<NodeAnswer> {
    await this.ask({ do: 'call', fails: true })
    return this.ask({ do: 'call', fails: true })
  }

  /** Ends it as a crash does: it takes nothing back. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  /** Lets it come to its end. */
  async end(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.stdin?.end()
    await ended
  }
}
