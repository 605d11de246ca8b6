import { isTimeZone } from '../contract/time-zone.ts'
import { eachPage } from '../clients/each-page.ts'
import type { SquareLocation, SquareProduct } from '../clients/square-model.ts'
import {
  storeCatalogueProducts,
  storeCatalogueVenues,
  type CatalogueProduct,
  type CatalogueVenue,
} from '../data/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'
import type { Store } from '../store.ts'
import type { SquareSession } from './square-session.ts'

/** Pages of the catalogue; a larger one is refused rather than taken in part. */
const pagesMax = 200

interface CatalogueCall {
  readonly vendorId: string
  readonly session: SquareSession
  readonly signal?: AbortSignal | undefined
}

/** Takes products and venues from Square. */
export async function storeCatalogue(
  { store, dependencies }: { readonly store: Store; readonly dependencies: MarketprepDependencies },
  { vendorId, session, signal }: CatalogueCall,
): Promise<void> {
  const { value: locations } = await session.call(dependencies.locations.with({ signal }))
  const products: SquareProduct[] = []
  const categories = new Map<string, string>()
  const page = async (cursor: string | undefined) =>
    (await session.call((token) => dependencies.catalogue.with({ signal })(token, cursor))).value
  for await (const part of eachPage(page, pagesMax)) {
    products.push(...part.products)
    for (const [id, name] of part.categories) categories.set(id, name)
  }
  await store.vendor(vendorId, async (tx) => {
    await storeCatalogueVenues(tx, locations.flatMap(venueOf))
    await storeCatalogueProducts(
      tx,
      products.map((product) => productOf(product, categories)),
    )
  })
}

/** A location without coordinates cannot have weather; it becomes a venue once the vendor adds it by hand. */
function venueOf(location: SquareLocation): readonly CatalogueVenue[] {
  const { id, name, place, timeZone, isActive } = location
  if (place === undefined || !isActive) return []
  return [
    {
      locationId: id,
      name: name.trim() || id,
      ...place,
      timeZone: timeZone !== undefined && isTimeZone(timeZone) ? timeZone : 'UTC',
    },
  ]
}

function productOf(product: SquareProduct, categories: ReadonlyMap<string, string>): CatalogueProduct {
  return {
    variationId: product.variationId,
    name: product.name.trim() || product.variationId,
    category: (product.categoryId === undefined ? undefined : categories.get(product.categoryId)) ?? '',
    priceCents: product.priceCents ?? 0,
    isActive: product.isActive,
  }
}
