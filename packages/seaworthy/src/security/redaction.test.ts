import { expect, test } from 'vitest'
import { createRedactor } from './redaction.ts'

const secret = 'Hunter2-Hunter2'
const { redact, redactText } = createRedactor()

/** Shapes that were tried on redaction by path, where those marked with a star came through. */
const shapes: readonly (readonly [string, unknown])[] = [
  ['a field at the top', { password: secret }],
  ['a field one level down', { user: { password: secret } }],
  ['a header of a request', { req: { headers: { authorization: `Bearer ${secret}` } } }],
  ['fields in a list', { users: [{ name: 'a', password: secret }] }],
  ['a cookie', { req: { headers: { cookie: `theme=dark; sid=${secret}` } } }],
  ['* a field four levels down', { a: { b: { c: { d: { password: secret } } } } }],
  [
    '* a field in other letters',
    { Password: secret, PASSWORD: secret, userPassword: secret, 'db-pass_word': secret },
  ],
  ['* JSON inside a string', { body: `{"user":"a","password":"${secret}"}` }],
  ['* a query parameter of a URL', { url: `/reset?user=a&token=${secret}&page=2` }],
  ['* an argument that became part of the message', `signing in with password=${secret}`],
  ['* the message and stack of an error', { err: new Error(`connect failed: password=${secret}`) }],
  ['* the configuration of a request inside an error', requestError()],
  ['* parameters of a statement', { sql: 'update users set pass = $1', parameters: [secret, 7] }],
]

function requestError(): unknown {
  const headers = { Authorization: `Bearer ${secret}`, 'X-Api-Key': secret }
  return { err: Object.assign(new Error('Request failed'), { config: { url: '/orders', headers } }) }
}

test.each(shapes)('createRedactor: hides %s', (_name, value) => {
  const clean = JSON.stringify(redact(value))
  expect(clean).toContain('redacted')
  expect(clean).not.toContain(secret)
})

test.each([
  ['a bearer token', 'sent Bearer abc.def-ghi to host'],
  ['a bearer token after a tab', 'sent\tbearer\tabc.def-ghi'],
  ['a basic credential', 'sent Basic YWJjOmRlZi1naGk= to host'],
  ['a line of headers', 'GET / HTTP/1.1\nAuthorization: Digest abc.def-ghi, x=abc.def-ghi\nAccept: */*'],
  ['a list of cookies', 'Set-Cookie: id=abc.def-ghi; Path=/; HttpOnly'],
  ['a URL with a password', 'postgres://shop:abc.def-ghi@db.example:5432/shop?sslmode=require'],
  ['a URL with a password that holds a slash and an at sign', 'amqp://shop:x/y@abc.def-ghi@mq.example/'],
  ['a URL with only a token', 'https://abc.def-ghi@git.example/repo.git'],
  ['a connection string', 'Server=db;User Id=sa;Password=abc.def-ghi;Encrypt=true'],
  ['a quoted connection string', "host=db password='abc.def-ghi x' dbname=shop"],
  ['a URL with an encoded name', 'https://a.example/?user%5Bpassword%5D=abc.def-ghi&x=1'],
  ['JSON inside JSON', String.raw`{\"password\":\"abc.def-ghi\"}`],
  ['JSON inside text', 'body was {"apiKey": "abc.def-ghi", "page": 1}'],
  ['a quote inside a value', String.raw`body {"password":"a\"abc.def-ghi"}`],
  ['a fat arrow', "{ :password => 'abc.def-ghi' }"],
  ['a value that begins like a word', 'password: itabc.def-ghi'],
  ['a YAML line', 'client_secret: abc.def-ghi'],
])('redactText: hides %s and keeps the rest', (_name, text) => {
  const clean = redactText(text)
  expect(clean).not.toMatch(/abc\.def-ghi|YWJjOmRlZi1naGk/)
  expect(clean).toContain('[redacted]')
  const words = [
    'to host',
    'Accept: */*',
    'Path=/',
    'db.example',
    'mq.example',
    'git.example',
    'Encrypt=true',
    'dbname=shop',
    '&x=1',
    'page',
  ]
  for (const word of words)
    if (text.includes(word) && !text.startsWith('Set-Cookie')) expect(clean).toContain(word)
})

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk'

test.each([
  ['a JWT', `got ${jwt} here`, 'got [token] here'],
  ['a key of a cloud', 'key AKIAIOSFODNN7EXAMPLE used', 'key [token] used'],
  ['a token of a forge', `push with ghp_${'a1'.repeat(18)}`, 'push with [token]'],
  ['a card', 'paid with 4111 1111 1111 1111 today', 'paid with [card] today'],
  ['a card without gaps', 'pan 378282246310005', 'pan [card]'],
])('redactText: hides %s', (_name, text, clean) => {
  expect(redactText(text)).toBe(clean)
})

test('redactText: hides a private key, also one that was cut off', () => {
  const key = `-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----`
  expect(redactText(`before ${key} after`)).toBe('before [private key] after')
  expect(redactText(`before ${key.slice(0, 40)}`)).toBe('before [private key]')
})

test.each([
  'Order 4111111111111112 was paid at 10:42',
  'finished at 1767600000000, trace 4bf92f3577b34da6a3ce929d0e0e4736',
  'http://localhost:3000/users/@me and http://host:80',
  'Unexpected token: } in JSON at position 3',
  'retry=3 timeout: 2s ratio = 0.5',
  'basic understanding of the password policy',
  'tokenCount=15 shopping: 3',
  'Cannot hash password: it must have 1 to 1024 bytes, received 0',
  'Cannot open secret: its key "k1" must be in the keyring',
  'password: required, token: expired',
  'password authentication failed for user "shop"',
  'select * from sales where vendor = $1',
  'see https://docs.example/a?page=2&sort=name#top',
])('redactText: leaves ordinary text alone: %s', (text) => {
  expect(redactText(text)).toBe(text)
})

test('redact: leaves what is no secret as it was', () => {
  const value = {
    id: 7,
    name: 'Ann',
    at: '2026-01-05',
    ok: true,
    none: null,
    tokenCount: 3,
    hasPassword: true,
    n: [1, 'x'],
  }
  expect(redact(value)).toEqual(value)
  expect(redact({ password: null, token: undefined, secret: false })).toEqual({
    password: null,
    token: undefined,
    secret: false,
  })
})

test('createRedactor: takes further names, in any case and with any separators', () => {
  const redactor = createRedactor({ keys: ['birth-date'] })
  expect(redactor.redact({ birthDate: 'x', user_BIRTH_DATE: 'x', birth: 'y' })).toEqual({
    birthDate: '[redacted]',
    user_BIRTH_DATE: '[redacted]',
    birth: 'y',
  })
})

test('createRedactor: hides e-mail addresses only when told to', () => {
  const text = 'mail to ann.smith+x@mail.example.org now'
  expect(redactText(text)).toBe(text)
  expect(createRedactor({ emails: true }).redactText(text)).toBe('mail to [email] now')
})

test.each([{ keys: 'password' }, { keys: [1] }, { depthMax: 0 }, { secret: 'x' }])(
  'createRedactor: refuses the options %j',
  (options) => {
    expect(() => createRedactor(options as object)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
    )
  },
)
