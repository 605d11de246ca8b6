import type { SquareOrder } from '../clients/square-model.ts'
import type { SaleLine, SquareNames } from '../data/index.ts'
import { dayIn } from '../market-days.ts'

/** The day of an order is the day at the venue; an unknown venue's is the day in UTC. */
const unknownZone = 'UTC'

/**
 * The lines of an order as sales. Lines of amounts typed in at the counter, and of products that the catalogue does not
 * have, are left out: they are no product's demand.
 */
export function orderLines(order: SquareOrder, { products, venues }: SquareNames): readonly SaleLine[] {
  const venue = venues.get(order.locationId)
  const soldOn = dayIn(venue?.timeZone ?? unknownZone, Date.parse(order.closedAt))
  return order.lines.flatMap((line, index) => {
    const productId = line.variationId === undefined ? undefined : products.get(line.variationId)
    if (productId === undefined || !Number.isFinite(line.quantity)) return []
    return [
      {
        sourceLine: `${order.id}/${index}`,
        productId,
        venueId: venue?.id ?? null,
        soldOn,
        quantity: line.quantity,
        revenueCents: line.totalCents,
      },
    ]
  })
}
