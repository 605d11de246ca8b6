import { useState } from 'react'
import type { Product } from '../../contract/catalogue.ts'
import { Button, EmptyState } from '../look/look.ts'
import { money } from '../shell/words.ts'
import { ProductForm } from './product-form.tsx'

export interface ProductsProps {
  readonly products: readonly Product[]
  readonly onChanged: () => void
}

/** What the vendor sells. */
export function Products({ products, onChanged }: ProductsProps) {
  const [open, setOpen] = useState<Product | 'new' | null>(null)
  const close = () => setOpen(null)
  return (
    <div className="stack">
      {products.length === 0 && open === null ? (
        <EmptyState title="Your products come here">
          They come with your sales. You can also add them by hand.
        </EmptyState>
      ) : (
        <ul className="set-up-list">
          {products.map((product) => (
            <li key={product.id}>
              <span className="set-up-name">{product.name}</span>
              <span className="soft">{product.category}</span>
              <span className="number">{money(product.priceCents)}</span>
              <Button tone="quiet" aria-label={`Change ${product.name}`} onPress={() => setOpen(product)}>
                Change
              </Button>
            </li>
          ))}
        </ul>
      )}
      {open === null ? (
        <div>
          <Button onPress={() => setOpen('new')}>Add a product</Button>
        </div>
      ) : (
        <ProductForm
          key={open === 'new' ? 'new' : open.id}
          product={open === 'new' ? null : open}
          onLeave={close}
          onSaved={() => {
            close()
            onChanged()
          }}
        />
      )}
    </div>
  )
}
