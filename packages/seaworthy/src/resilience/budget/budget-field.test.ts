import { expect, test } from 'vitest'
import { defineOptions } from 'seaworthy/core'
import { budgetField } from './budget-field.ts'
import { retryBudget } from './retry-budget.ts'

const resolve = defineOptions('trial', {}, { budget: budgetField })

test('budgetField: takes a budget, or none', () => {
  const budget = retryBudget()
  expect(resolve({ budget }).budget).toBe(budget)
  expect(resolve({}).budget).toBeUndefined()
})

test.each(['deposit', 'withdraw', 'refund', 'giveUpOn', 'hasGivenUpOn', 'describe'])(
  'budgetField: refuses what has no %s',
  (method) => {
    const budget: object = Object.create(retryBudget(), { [method]: { value: undefined } })
    expect(() => resolve({ budget } as never)).toThrow(
      'Cannot configure trial: "budget" must be a budget made by retryBudget',
    )
  },
)
