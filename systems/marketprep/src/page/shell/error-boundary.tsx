import { Component, type ReactNode } from 'react'
import { Failure } from '../look/look.ts'

export interface ErrorBoundaryProps {
  readonly children: ReactNode
}

/**
 * Stands between a view and the rest of the page: what fails in the view leaves the bar, and with it the way to the
 * other views. Give it a key that changes with the view, so that the next one starts afresh.
 */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true }
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    return (
      <Failure
        title="Cannot show this page: something on it went wrong"
        detail="Try again to load it anew. If it fails again, say at which address and when."
        stillWorks="The other pages still work. Your sales and your drafts are kept."
        // A part of the page that did not load is only asked for again by a new document.
        onRetry={() => globalThis.location.reload()}
      />
    )
  }
}
