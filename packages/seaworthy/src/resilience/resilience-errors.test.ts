import { expect, test } from 'vitest'
import { coreErrors } from 'seaworthy/core'
import { resilienceErrors } from './resilience-errors.ts'

test('resilienceErrors: every code is complete and none is used twice', () => {
  for (const [code, entry] of Object.entries(resilienceErrors)) {
    expect(code).toMatch(/^ERR_[A-Z_]+$/)
    expect(coreErrors).not.toHaveProperty(code)
    expect(entry.status).toBeGreaterThanOrEqual(400)
    for (const text of [entry.title, entry.meaning, entry.remedy]) expect(text).not.toBe('')
  }
})
