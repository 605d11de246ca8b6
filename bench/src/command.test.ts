import { expect, test } from 'vitest'
import { parseCommand, refusedCase } from './command.ts'

const groups = ['database', 'forecast']

const plain = { isJson: false, isQuick: false, isAlone: false, only: undefined }

test('parseCommand: reads group and flags in any order', () => {
  expect(parseCommand(['--json', 'forecast'], groups)).toEqual({ ...plain, group: 'forecast', isJson: true })
  expect(parseCommand(['database', '--quick'], groups)).toEqual({
    ...plain,
    group: 'database',
    isQuick: true,
  })
  expect(parseCommand(['--case', 'of five', 'database', '--alone'], groups)).toEqual({
    ...plain,
    group: 'database',
    only: 'of five',
    isAlone: true,
  })
})

test('parseCommand: anything else is answered with what is wrong and the groups', () => {
  expect(parseCommand(['../main'], groups)).toContain('must be one of database, forecast, received "../main"')
  expect(parseCommand([], groups)).toContain('must name one group, received 0')
  expect(parseCommand(['forecast', 'database'], groups)).toContain('received 2')
  expect(parseCommand(['forecast', '--fast'], groups)).toContain('--fast')
  expect(parseCommand(['forecast', '--case'], groups)).toContain('--case')
})

test('refusedCase: a case of the group, or none, is not refused', () => {
  const command = { ...plain, group: 'database' }
  expect(refusedCase(command)).toBeUndefined()
  expect(refusedCase(command, ['one'])).toBeUndefined()
  expect(refusedCase({ ...command, only: 'one' }, ['one', 'two'])).toBeUndefined()
})

test('refusedCase: an unknown case is answered with the cases, and so is a group without any', () => {
  const command = { ...plain, group: 'database', only: 'three' }
  expect(refusedCase(command, ['one', 'two'])).toBe(
    'Cannot run one case: must be one of those of database, received "three"\nCases: one; two',
  )
  expect(refusedCase(command)).toBe(
    'Cannot run one case: database measures its cases together, received "three"',
  )
})
