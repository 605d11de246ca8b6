import { Link } from 'wouter'
import { buttonClass, EmptyState } from '../look/look.ts'

export function NothingToBring() {
  return (
    <EmptyState
      title="Here comes your list: what to bring, product by product"
      action={
        <Link href="/sales" className={buttonClass('primary')}>
          Bring in your sales
        </Link>
      }
    >
      It is worked out from what you sold before. Import a file of sales or connect Square, and the list is
      here.
    </EmptyState>
  )
}
