import { Type, type Static } from 'typebox'
import { Id, Name } from './common.ts'

export const Email = Type.String({ format: 'email', maxLength: 254, examples: ['rosa@example.com'] })
export const Password = Type.String({ minLength: 10, maxLength: 200, examples: ['a long pass phrase'] })

export const RegisterBody = Type.Object(
  { email: Email, password: Password, businessName: Name },
  { additionalProperties: false },
)
export type RegisterBody = Static<typeof RegisterBody>

export const LoginBody = Type.Object(
  { email: Email, password: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)
export type LoginBody = Static<typeof LoginBody>

export const Vendor = Type.Object({
  id: Id,
  businessName: Name,
  email: Email,
  role: Type.Union([Type.Literal('vendor'), Type.Literal('admin')]),
  squareConnected: Type.Boolean(),
})
export type Vendor = Static<typeof Vendor>

/** The refresh token travels only in an HttpOnly, SameSite=Strict cookie. */
export const Session = Type.Object({
  accessToken: Type.String(),
  expiresInSeconds: Type.Integer({ examples: [900] }),
  vendor: Vendor,
})
export type Session = Static<typeof Session>

/** How to sign in as the demo vendor; absent outside development. */
export const DemoAccount = Type.Object({
  demo: Type.Union([Type.Object({ email: Email, password: Type.String() }), Type.Null()]),
})
export type DemoAccount = Static<typeof DemoAccount>
