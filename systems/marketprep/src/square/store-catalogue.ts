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

const pagesMax = 200

interface Asked {
  readonly vendorId: string
  readonly token: string
  readonly signal?: AbortSignal | undefined
}

/** Takes products and venues from Square. */
export async function storeCatalogue(
  { store, dependencies }: { readonly store: Store; readonly dependencies: MarketprepDependencies },
  { vendorId, token, signal }: Asked,
): Promise<void> {
  const { value: locations } = await dependencies.locations.with({ signal })(token)
  const products: SquareProduct[] = []
  const categories = new Map<string, string>()
  const page = async (cursor: string | undefined) =>
    (await dependencies.catalogue.with({ signal })(token, cursor)).value
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
  return [{ locationId: id, name, ...place, timeZone: timeZone ?? 'UTC' }]
}

function productOf(product: SquareProduct, categories: ReadonlyMap<string, string>): CatalogueProduct {
  return {
    variationId: product.variationId,
    name: product.name,
    category: (product.categoryId === undefined ? undefined : categories.get(product.categoryId)) ?? '',
    priceCents: product.priceCents ?? 0,
    isActive: product.isActive,
  }
}
