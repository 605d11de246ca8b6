import type { EquivalentMutant } from './mutation-score.ts'

/** Mutants that nothing can tell from the original. Each was looked at by hand. */
export const equivalents: readonly EquivalentMutant[] = [
  {
    file: 'bulkhead/fair-lanes.ts',
    mutator: 'EqualityOperator',
    original: 'lane.length > this.#byLength.length',
    replacement: 'lane.length >= this.#byLength.length',
    reason: 'a list too many is empty, and the last line takes an empty last one away again',
  },
  {
    file: 'bulkhead/priority.ts',
    mutator: 'EqualityOperator',
    original: 'value > priorityMax',
    replacement: 'value >= priorityMax',
    reason: 'the bound itself becomes itself',
  },
  {
    file: 'bulkhead/priority.ts',
    mutator: 'EqualityOperator',
    original: 'value < 0',
    replacement: 'value <= 0',
    reason: 'the bound itself becomes itself',
  },
  {
    file: 'bulkhead/slot-pool.ts',
    mutator: 'EqualityOperator',
    original: 'added <= 0',
    replacement: 'added < 0',
    reason: 'handing over no slots does nothing',
  },
  {
    file: 'bulkhead/slot-pool.ts',
    mutator: 'ConditionalExpression',
    original: 'this.#queue.size === 0',
    replacement: 'false',
    reason: 'handing a slot over to nobody gives it back as well',
  },
  {
    file: 'hedge/latency-window.ts',
    mutator: 'ArithmeticOperator',
    original: '32 - stepBits',
    replacement: '32 + stepBits',
    reason: 'buckets above the longest latency are never used',
  },
  {
    file: 'hedge/latency-window.ts',
    mutator: 'EqualityOperator',
    original: 'current <= this.#newest',
    replacement: 'current < this.#newest',
    reason: 'in the same slice nothing is emptied and the newest stays',
  },
  {
    file: 'hedge/latency-window.ts',
    mutator: 'EqualityOperator',
    original: 'bucket < bucketCount',
    replacement: 'bucket <= bucketCount',
    reason: 'past the end there is no count',
  },
  {
    file: 'hedge/latency-window.ts',
    mutator: 'ConditionalExpression',
    original: 'count === 0',
    replacement: 'false',
    reason: 'taking away none changes nothing',
  },
  {
    file: 'hedge/latency-window.ts',
    mutator: 'EqualityOperator',
    original: 'units < steps',
    replacement: 'units <= steps',
    reason: 'the first latency beyond the linear part is in the same bucket by either formula',
  },
  {
    file: 'hedge/latency-window.ts',
    mutator: 'EqualityOperator',
    original: 'bucket < steps',
    replacement: 'bucket <= steps',
    reason: 'the first bucket beyond the linear part has the same bound by either formula',
  },
]
