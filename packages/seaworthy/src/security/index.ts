export { deriveKey } from './derive-key.ts'
export { signHmac, verifyHmac, type HmacEncoding, type HmacInput } from './hmac.ts'
export { loadMasterSecret, type MasterSecretOptions } from './master-secret.ts'
export {
  createPasswordHasher,
  passwordHasherDefaults,
  type PasswordHasher,
  type PasswordHasherOptions,
} from './password.ts'
export { createRedactor, redactorDefaults, type Redactor, type RedactorOptions } from './redaction.ts'
export { sanitizeText } from './sanitize-text.ts'
export { createSecretBox, type Keyring, type SecretBox, type SecretKey } from './secret-box.ts'
export { securityErrors, type SecurityErrorCode } from './security-errors.ts'
export {
  defaultCsp,
  securityHeaders,
  type CspDirectives,
  type SecurityHeadersOptions,
} from './security-headers.ts'
export { equalInConstantTime } from './timing-safe.ts'
