/** Says by its name whether a field holds a secret. */
export type KeyMatcher = (key: string) => boolean

/** Secret wherever they stand in a name that is written without separators: `userPassword`, `db_password_hash`. */
const anywhere = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'authorization',
  'cookie',
  'apikey',
  'accesskey',
  'privatekey',
  'encryptionkey',
  'signingkey',
  'credential',
  'connectionstring',
  'databaseurl',
  'redisurl',
  'sessionid',
  'creditcard',
  'cardnumber',
  'recoverycode',
]

/** Secret only as the last word of a name: `accessToken` is, `tokenCount` is not. */
const lastWords = new Set([
  'auth',
  'bearer',
  'csrf',
  'cvc',
  'cvv',
  'dsn',
  'iban',
  'jwt',
  'otp',
  'pass',
  'pin',
  'pwd',
  'sid',
  'sig',
  'signature',
  'ssn',
  'token',
  'tokens',
  'xsrf',
])

const wordPattern = /[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])/g
const keyLengthMax = 200
const memoryMax = 2000

/**
 * Makes a matcher that takes snake, camel and kebab case in any capitals as the same name.
 *
 * @param extra further names that are secret wherever they stand in a name
 */
export function createKeyMatcher(extra: readonly string[] = []): KeyMatcher {
  const terms = [...anywhere, ...extra.map(compact).filter((term) => term !== '')]
  const memory = new Map<string, boolean>()
  return (key) => {
    const known = memory.get(key)
    if (known !== undefined) return known
    const name = key.length > keyLengthMax ? key.slice(0, keyLengthMax) : key
    const sensitive = isSensitive(name, terms)
    if (memory.size >= memoryMax) memory.clear()
    if (key.length <= keyLengthMax) memory.set(key, sensitive)
    return sensitive
  }
}

function isSensitive(name: string, terms: readonly string[]): boolean {
  const squeezed = compact(name)
  if (terms.some((term) => squeezed.includes(term)) || lastWords.has(squeezed)) return true
  const last = name.match(wordPattern)?.at(-1)
  return last !== undefined && lastWords.has(last.toLowerCase())
}

function compact(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase()
}
