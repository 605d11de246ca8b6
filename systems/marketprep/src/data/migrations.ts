import type { Migration } from 'kysely/migration'
import { accounts } from './migrations/001-accounts.ts'
import { accountFunctions } from './migrations/002-account-functions.ts'
import { catalogue } from './migrations/003-catalogue.ts'
import { sales } from './migrations/004-sales.ts'
import { square } from './migrations/005-square.ts'
import { recommendations } from './migrations/006-recommendations.ts'
import { eventDays } from './migrations/007-event-days.ts'
import { passwordRehash } from './migrations/008-password-rehash.ts'

/** Every change of the schema, in the order of its names. One that has run anywhere is never edited. */
export const migrations: Readonly<Record<string, Migration>> = Object.freeze({
  '001-accounts': accounts,
  '002-account-functions': accountFunctions,
  '003-catalogue': catalogue,
  '004-sales': sales,
  '005-square': square,
  '006-recommendations': recommendations,
  '007-event-days': eventDays,
  '008-password-rehash': passwordRehash,
})
