import './set-up.css'
import { endpoints } from '../api/endpoints.ts'
import { useQuery } from '../api/use-query.ts'
import { Skeleton } from '../look/look.ts'
import { Loaded } from '../shell/loaded.tsx'
import { PageTitle } from '../shell/page-title.tsx'
import { counted } from '../shell/words.ts'
import { Products } from './products.tsx'
import { Venues } from './venues.tsx'

function sentence(venues: number | undefined, products: number | undefined): string {
  if (venues === undefined || products === undefined) return 'Where and what you sell'
  if (venues === 0) return 'Say where you sell'
  return `You sell ${counted(products, 'product')} at ${counted(venues, 'venue')}`
}

/** Where and what the vendor sells. */
export function SetUpPage() {
  const venues = useQuery('venues', endpoints.venues)
  const products = useQuery('products', endpoints.products)
  return (
    <div className="stack-sections">
      <PageTitle name="Set-up">{sentence(venues.value?.length, products.value?.length)}</PageTitle>
      <div className="set-up">
        <section className="stack" aria-labelledby="venues">
          <h2 id="venues">Venues</h2>
          <Loaded query={venues} cannot="Cannot show your venues" skeleton={<Skeleton height={160} />}>
            {(items) => <Venues venues={items} onChanged={venues.reload} />}
          </Loaded>
        </section>
        <section className="stack" aria-labelledby="products">
          <h2 id="products">Products</h2>
          <Loaded query={products} cannot="Cannot show your products" skeleton={<Skeleton height={320} />}>
            {(items) => <Products products={items} onChanged={products.reload} />}
          </Loaded>
        </section>
      </div>
    </div>
  )
}
