import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readOrderQuery } from './order-query.ts'
import { SquareError } from './square-error.ts'

test('readOrderQuery: fills in what Square fills in', () => {
  expect(readOrderQuery('{"location_ids":["L1"]}')).toMatchObject({
    locationIds: ['L1'],
    states: undefined,
    field: 'CREATED_AT',
    descending: true,
    limit: 500,
    cursor: undefined,
    returnEntries: false,
  })
})

const keys = [
  'location_ids',
  'query',
  'filter',
  'sort',
  'date_time_filter',
  'state_filter',
  'states',
  'closed_at',
  'constructor',
  'start_at',
  'sort_field',
  'sort_order',
  'limit',
  'cursor',
]
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      'CLOSED_AT',
      'ASC',
      'COMPLETED',
      'OPEN',
      '2026-01-01T00:00:00Z',
      'L1',
      '',
      5,
      -1,
      null,
      true,
    ),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 4 }),
  ),
}))

test('readOrderQuery: whatever is sent is either read or refused with a status of 400', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        tree.map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      (text) => {
        try {
          const { limit, locationIds } = readOrderQuery(text)
          expect(limit).toBeGreaterThanOrEqual(1)
          expect(limit).toBeLessThanOrEqual(1_000)
          expect(locationIds.length).toBeGreaterThanOrEqual(1)
        } catch (error) {
          if (!(error instanceof SquareError)) throw error
          expect(error.response.status).toBe(400)
        }
      },
    ),
    { numRuns: 2_000 },
  )
})
