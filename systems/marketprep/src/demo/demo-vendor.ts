import { errorCode } from 'seaworthy/core'
import type { Logger } from 'seaworthy/telemetry'
import type { Accounts } from '../accounts/accounts.ts'
import { activeModelVersion, deleteVendor, findLogin, squareStatus } from '../data/index.ts'
import type { Learning } from '../learning.ts'
import { newNonce } from '../square/authorisation-state.ts'
import type { SquareConnecting } from '../square/square-connecting.ts'
import type { Store } from '../store.ts'
import { approveAsSeller } from './approve-as-seller.ts'

/** How to sign in as the demo vendor. The password guards made-up data. */
export const demoAccount = Object.freeze({
  email: 'demo@marketprep.example',
  password: 'bring enough tomatoes',
})

const attemptsMax = 3

const businessName = 'Hillside Farm and Bakery'

export interface DemoVendorOptions {
  readonly store: Store
  readonly accounts: Accounts
  readonly connecting: SquareConnecting
  readonly learning: Learning
  readonly logger: Logger
}

/**
 * A vendor with two years of sales, there from the first start. They come the way every vendor's come: she connects
 * the simulated Square, and her orders are synchronised.
 */
export class DemoVendor {
  readonly #options: DemoVendorOptions

  constructor(options: DemoVendorOptions) {
    this.#options = options
  }

  /**
   * Makes what is not there yet; a start that was cut off goes on. A failure is tried again a few times and then left to
   * the next start.
   */
  async ensure(signal?: AbortSignal): Promise<void> {
    const vendorId = await this.#vendorId()
    for (let attempt = 1; attempt <= attemptsMax && signal?.aborted !== true; attempt++) {
      try {
        await this.#complete(vendorId, signal)
        return
      } catch (error) {
        const what = attempt < attemptsMax ? 'it is tried again' : 'the next start goes on'
        this.#options.logger.warn(
          { event: 'demo', attempt, error },
          `The demo vendor is not complete; ${what}`,
        )
      }
    }
  }

  /** Removes the demo vendor with all she has: her password is known to everybody and she may administer. */
  async remove(): Promise<void> {
    const { store, logger } = this.#options
    const login = await store.directory((tx) => findLogin(tx, demoAccount.email))
    if (login === undefined) return
    await store.vendor(login.vendorId, deleteVendor)
    logger.warn({ event: 'demo' }, 'The demo vendor of an earlier start was removed')
  }

  async #complete(vendorId: string, signal?: AbortSignal): Promise<void> {
    const { store, connecting, learning, logger } = this.#options
    const { status, modelVersion } = await store.vendor(
      vendorId,
      async (tx) => ({ status: await squareStatus(tx), modelVersion: await activeModelVersion(tx) }),
      { readOnly: true, signal },
    )
    if (status.lastSyncAt !== null && modelVersion !== undefined) return
    if (status.lastSyncAt === null) {
      logger.info(
        { event: 'demo' },
        'Making the demo vendor: taking two years of sales from the simulated Square',
      )
      if (!status.connected) {
        const nonce = newNonce()
        const approved = await approveAsSeller(connecting.begin(vendorId, nonce), signal)
        await connecting.finish({ ...approved, nonce })
      }
      // A run that is still marked as running was cut off with its process.
      await learning.synchroniseNow(vendorId, { signal, takeOver: true })
    } else {
      await learning.learn(vendorId, signal)
    }
    logger.info(
      { event: 'demo' },
      `The demo vendor is there: ${demoAccount.email}, "${demoAccount.password}"`,
    )
  }

  async #vendorId(): Promise<string> {
    const { store, accounts } = this.#options
    const login = await store.directory((tx) => findLogin(tx, demoAccount.email))
    if (login !== undefined) return login.vendorId
    try {
      const { session } = await accounts.register({ ...demoAccount, businessName }, 'admin')
      return session.vendor.id
    } catch (error) {
      if (errorCode(error) === 'ERR_EMAIL_TAKEN') return this.#vendorId()
      throw error
    }
  }
}
