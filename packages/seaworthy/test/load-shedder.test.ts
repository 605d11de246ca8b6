import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test, vi } from 'vitest'
import type { SheddingAnswer, SheddingRequest } from './fixtures/shedding-process.ts'

vi.setConfig({ testTimeout: 120_000 })

const script = join(import.meta.dirname, 'fixtures/shedding-process.ts')
const patience = { timeout: 40_000, interval: 50 }

/** A process with a load shedder that measures its own event loop. */
class SheddingProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>
  readonly exited: Promise<unknown[]>

  constructor() {
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child = child
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    this.exited = once(child, 'exit')
  }

  async ask(request: SheddingRequest): Promise<SheddingAnswer> {
    this.#child.stdin?.write(`${request}\n`)
    const { value, done } = await this.#answers.next()
    if (done === true) throw new Error('the process ended')
    return JSON.parse(value) as SheddingAnswer
  }

  /** Waits until it sees what it is to see. */
  sees(what: (answer: SheddingAnswer) => void): Promise<void> {
    return vi.waitFor(async () => what(await this.ask('look')), patience)
  }

  end(): void {
    this.#child.stdin?.end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.exited
  }
}

const calm = { pressure: 0, low: 100, high: 100 }

test('load shedder: a process whose event loop is held up sheds what matters least, and recovers', async () => {
  await using child = new SheddingProcess()
  await child.sees((answer) => expect(answer).toMatchObject(calm))
  await child.ask('hold up')
  await child.sees((answer) => expect(answer).toMatchObject({ low: 0, high: 100 }))
  expect((await child.ask('look')).delayMs).toBeGreaterThan(200)
  await child.ask('let go')
  await child.sees((answer) => expect(answer).toMatchObject(calm))
  expect((await child.ask('look')).delayMs).toBeLessThan(70)
  // And again.
  await child.ask('hold up')
  await child.sees(({ low }) => expect(low).toBe(0))
  // One that is closed measures no more, and sheds nothing.
  expect(await child.ask('close')).toMatchObject(calm)
  await child.ask('let go')
})

test('load shedder: measuring does not keep a process alive', async () => {
  await using child = new SheddingProcess()
  await child.ask('look')
  child.end()
  expect(await child.exited).toEqual([0, null])
})
