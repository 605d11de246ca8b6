import { type ReactNode } from 'react'
import { Banner } from './banner.tsx'
import { Button } from './button.tsx'
import { CopyKey } from './copy-key.tsx'

export interface FailureProps {
  /** What happened. */
  readonly title: string
  /** Why, and what to do. */
  readonly detail: string
  /** What still works. */
  readonly stillWorks?: ReactNode
  readonly correlationId?: string | undefined
  readonly onRetry?: (() => void) | undefined
}

/** A failed state: what happened, what still works, what to do, and the ID that finds it in the logs. */
export function Failure({ title, detail, stillWorks, correlationId, onRetry }: FailureProps) {
  return (
    <Banner level="unavailable" title={title} isAlert>
      <p>{detail}</p>
      {stillWorks === undefined ? null : <p>{stillWorks}</p>}
      <div className="row">
        {onRetry === undefined ? null : <Button onPress={onRetry}>Try again</Button>}
        {correlationId === undefined ? null : (
          <span className="row small soft">
            <span>
              Correlation ID <code>{correlationId}</code>
            </span>
            <CopyKey text={correlationId} what="correlation ID" />
          </span>
        )}
      </div>
    </Banner>
  )
}
