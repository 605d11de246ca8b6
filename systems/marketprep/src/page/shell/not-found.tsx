import { Link } from 'wouter'
import { buttonClass, EmptyState } from '../look/look.ts'

export function NotFound() {
  return (
    <EmptyState
      title="There is no page at this address"
      action={
        <Link href="/" className={buttonClass('primary')}>
          Go to the market day
        </Link>
      }
    >
      It may have moved, or the address has a slip in it.
    </EmptyState>
  )
}
