import { expect, test } from 'vitest'
import { rowInProcess } from './row-process.ts'

const options = {
  isQuick: true,
  only: undefined,
  isAlone: true,
  rounds: undefined,
  progress: { step: () => undefined },
}

test('rowInProcess: the row that another process measured', { timeout: 60_000 }, async () => {
  expect(await rowInProcess('resilience', 'retry success', options)).toEqual({
    case: 'retry success',
    unit: 'ns',
    ours: expect.any(Number),
    floor: expect.any(Number),
    peers: [],
  })
})

test('rowInProcess: a process that fails is told with what it said', { timeout: 60_000 }, async () => {
  await expect(rowInProcess('resilience', 'nothing', options)).rejects.toThrow(/one of those of resilience/)
})
