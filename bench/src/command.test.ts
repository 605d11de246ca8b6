import { expect, test } from 'vitest'
import { parseCommand, refusedChoice } from './command.ts'

const groups = ['database', 'forecast']

const plain = { isJson: false, isQuick: false, isAlone: false, only: undefined, rounds: undefined }

test('parseCommand: reads group and flags in any order', () => {
  expect(parseCommand(['--json', 'forecast'], groups)).toEqual({ ...plain, group: 'forecast', isJson: true })
  expect(parseCommand(['database', '--quick'], groups)).toEqual({
    ...plain,
    group: 'database',
    isQuick: true,
  })
  expect(parseCommand(['--case', 'of five', 'database', '--alone', '--rounds', '500'], groups)).toEqual({
    ...plain,
    group: 'database',
    only: 'of five',
    isAlone: true,
    rounds: 500,
  })
})

test('parseCommand: anything else is answered with what is wrong and the groups', () => {
  expect(parseCommand(['../main'], groups)).toContain('must be one of database, forecast, received "../main"')
  expect(parseCommand([], groups)).toContain('must name one group, received 0')
  expect(parseCommand(['forecast', 'database'], groups)).toContain('received 2')
  expect(parseCommand(['forecast', '--fast'], groups)).toContain('--fast')
  expect(parseCommand(['forecast', '--case'], groups)).toContain('--case')
  for (const rounds of ['0', '2.5', 'many', '10001', '']) {
    expect(parseCommand(['forecast', '--rounds', rounds], groups)).toContain(
      `must be an integer from 1 to 10,000, received "${rounds}"`,
    )
  }
})

test('refusedChoice: a case of the group, or none, is not refused', () => {
  const command = { ...plain, group: 'database' }
  expect(refusedChoice(command)).toBeUndefined()
  expect(refusedChoice(command, ['one'])).toBeUndefined()
  expect(refusedChoice({ ...command, only: 'one', isAlone: true, rounds: 5 }, ['one', 'two'])).toBeUndefined()
})

test('refusedChoice: an unknown case is answered with the cases', () => {
  const command = { ...plain, group: 'database', only: 'three' }
  expect(refusedChoice(command, ['one', 'two'])).toBe(
    'Cannot run one case: must be one of those of database, received "three"\nCases: one; two',
  )
})

test('refusedChoice: a group that measures all together lets nothing be chosen', () => {
  for (const choice of [{ only: 'one' }, { isAlone: true }, { rounds: 5 }]) {
    expect(refusedChoice({ ...plain, group: 'database', ...choice })).toContain(
      'database measures all together',
    )
  }
})
