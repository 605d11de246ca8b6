export interface SessionFields {
  readonly email: string
  readonly password: string
  readonly businessName: string
}

const passwordLengthMin = 10

/** What is wrong with each field, in words that say how to mend it; empty when all is well. */
export function checkSession(fields: SessionFields, isNew: boolean): Partial<SessionFields> {
  const { email, password, businessName } = fields
  return {
    ...(/^\S+@\S+\.\S+$/.test(email) ? {} : { email: 'Write an address such as rosa@example.com' }),
    ...checkPassword(password, isNew),
    ...(isNew && businessName.trim() === ''
      ? { businessName: 'Write the name of your stall or business' }
      : {}),
  }
}

function checkPassword(password: string, isNew: boolean): { readonly password?: string } {
  if (password === '') return { password: 'Write your password' }
  const missing = passwordLengthMin - password.length
  return isNew && missing > 0 ? { password: `Add at least ${missing} more characters` } : {}
}
