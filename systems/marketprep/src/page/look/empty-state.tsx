import { type ReactNode } from 'react'

export interface EmptyStateProps {
  /** What belongs here. */
  readonly title: string
  /** How to get it. */
  readonly children: ReactNode
  readonly action?: ReactNode
}

export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="empty">
      <div className="stack-tight">
        <h2>{title}</h2>
        <p className="soft">{children}</p>
      </div>
      {action}
    </div>
  )
}
