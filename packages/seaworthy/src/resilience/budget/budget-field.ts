import { matching, optional } from 'seaworthy/core'
import { hasMethods } from '../engine/has-methods.ts'
import type { RetryBudget } from './retry-budget.ts'

/** The check of an option that takes a budget. */
export const budgetField = optional(
  matching('a budget made by retryBudget', (value): value is RetryBudget =>
    hasMethods<RetryBudget>(value, 'deposit', 'withdraw', 'refund', 'giveUpOn', 'hasGivenUpOn', 'describe'),
  ),
)
