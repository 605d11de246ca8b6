import { expect, test } from 'vitest'
import { parseCommand } from './command.ts'

const groups = ['database', 'forecast']

test('parseCommand: reads group and flags in any order', () => {
  expect(parseCommand(['--json', 'forecast'], groups)).toEqual({
    group: 'forecast',
    isJson: true,
    isQuick: false,
  })
  expect(parseCommand(['database', '--quick'], groups)).toEqual({
    group: 'database',
    isJson: false,
    isQuick: true,
  })
})

test('parseCommand: anything else is answered with what is wrong and the groups', () => {
  expect(parseCommand(['../main'], groups)).toContain('must be one of database, forecast, received "../main"')
  expect(parseCommand([], groups)).toContain('must name one group, received 0')
  expect(parseCommand(['forecast', 'database'], groups)).toContain('received 2')
  expect(parseCommand(['forecast', '--fast'], groups)).toContain('--fast')
})
