import { expect, test } from 'vitest'
import { exitCodeOf } from './exit-code.ts'
import { hostError } from './host-errors.ts'

test('exitCodeOf: 2 for what the operator gave, 1 for the rest', () => {
  expect(exitCodeOf(hostError('ERR_PORT_IN_USE', 'Cannot start: taken'))).toBe(2)
  expect(exitCodeOf(Object.assign(new Error('gone'), { code: 'ENOSPC' }))).toBe(1)
  expect(exitCodeOf('no error')).toBe(1)
})
