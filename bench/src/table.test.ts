import { expect, test } from 'vitest'
import { formatTable } from './table.ts'

test('formatTable: one line a row, three digits, a dash for what is not there', () => {
  const text = formatTable([
    {
      case: 'wape',
      unit: '%',
      ours: 20.345,
      floor: 19.2,
      peers: [{ name: 'other', version: '1.0.0', value: 1234.5 }],
    },
    { case: 'training', unit: 's', ours: 0.35314, floor: null, peers: [] },
  ])
  expect(text.split('\n')).toEqual([
    'case      unit   ours  floor  ours/floor  peers (and by ours)',
    'wape      %      20.3   19.2        1.06  other 1.0.0: 1235 (60.7)',
    'training  s     0.353      -           -  -',
  ])
})
