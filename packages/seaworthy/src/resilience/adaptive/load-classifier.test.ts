import { expect, test } from 'vitest'
import { LoadClassifier } from './load-classifier.ts'

test('LoadClassifier: a value is served unless told otherwise, and what is told is taken as it is', () => {
  const silent = new LoadClassifier({ classify: () => 'answered', classifyResult: undefined })
  expect(silent.ofValue('busy')).toBe('served')
  const told = new LoadClassifier({
    classify: () => 'ignored',
    classifyResult: (value) => (value === 'busy' ? 'overloaded' : 'answered'),
  })
  expect([told.ofValue('busy'), told.ofValue('idle'), told.ofError(new Error('down'))]).toEqual([
    'overloaded',
    'answered',
    'ignored',
  ])
})
