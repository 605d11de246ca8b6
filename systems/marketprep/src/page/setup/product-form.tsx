import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import type { Product } from '../../contract/catalogue.ts'
import { useDraft } from '../api/draft.ts'
import { endpoints } from '../api/endpoints.ts'
import { asProblem, type ApiProblem } from '../api/problem.ts'
import { Button, Failure, TextInput } from '../look/look.ts'
import { amountOf } from '../shell/words.ts'
import { noProduct, productBody, type ProductErrors, type ProductFields } from './product-fields.ts'

const fieldsOf = (product: Product | null): ProductFields =>
  product === null
    ? noProduct
    : {
        name: product.name,
        category: product.category,
        price: amountOf(product.priceCents),
        unitCost: amountOf(product.unitCostCents),
      }

export interface ProductFormProps {
  /** The product to change; null for a new one. */
  readonly product: Product | null
  readonly onSaved: () => void
  readonly onLeave: () => void
}

export function ProductForm({ product, onSaved, onLeave }: ProductFormProps) {
  const [initial] = useState(() => fieldsOf(product))
  const { value, change, clear } = useDraft(`product:${product?.id ?? 'new'}`, initial)
  const [errors, setErrors] = useState<ProductErrors>({})
  const [problem, setProblem] = useState<ApiProblem>()
  const field = (name: keyof ProductFields, label: string) => ({
    label,
    name,
    value: value[name],
    error: errors[name],
    onChange: (typed: string) => change((previous) => ({ ...previous, [name]: typed })),
  })

  const save = async () => {
    const checked = productBody(value)
    setErrors(checked.isGood ? {} : checked.errors)
    setProblem(undefined)
    if (!checked.isGood) return
    try {
      await (product === null
        ? endpoints.addProduct(checked.body)
        : endpoints.changeProduct(product.id, checked.body))
      clear()
      onSaved()
    } catch (thrown) {
      setProblem(asProblem(thrown))
    }
  }
  return (
    <Form
      className="card stack set-up-form"
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <h3>{product === null ? 'Add a product' : `Change ${product.name}`}</h3>
      {problem === undefined ? null : (
        <Failure title={problem.title} detail={problem.detail} correlationId={problem.correlationId} />
      )}
      <TextInput {...field('name', 'Name')} autoFocus />
      <TextInput {...field('category', 'Category')} />
      <div className="set-up-amounts">
        <TextInput {...field('price', 'Price, $')} inputMode="decimal" />
        <TextInput
          {...field('unitCost', 'Cost of one, $')}
          inputMode="decimal"
          help="How much to bring weighs it against the price"
        />
      </div>
      <div className="row">
        <Button type="submit" tone="primary">
          Save
        </Button>
        <Button onPress={onLeave}>Leave</Button>
      </div>
    </Form>
  )
}
