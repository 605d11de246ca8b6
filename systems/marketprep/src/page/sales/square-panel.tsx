import { useEffect, useRef, useState } from 'react'
import type { SquareStatus } from '../../contract/sales.ts'
import { endpoints } from '../api/endpoints.ts'
import { asProblem, type ApiProblem } from '../api/problem.ts'
import type { Query } from '../api/use-query.ts'
import { Banner, browserClock, Button, Failure, Moment, ProgressLine } from '../look/look.ts'
import { counted } from '../shell/words.ts'

const pollMs = 1_500

/** A connection that is new has a sync ahead of it, even when that has not begun. */
const isComing = ({ connected, sync }: SquareStatus): boolean =>
  sync === 'running' || (connected && sync === 'never')

/** Asks again while a sync runs or is about to, and says when it is over. */
function usePolling({ value, isLoading, reload }: Query<SquareStatus>, onOver: () => void): void {
  const isWaiting = value !== undefined && isComing(value)
  const wasWaiting = useRef(false)
  useEffect(
    () => (isWaiting && !isLoading ? browserClock.schedule(pollMs, reload) : undefined),
    [isWaiting, isLoading, reload],
  )
  useEffect(() => {
    if (wasWaiting.current && !isWaiting) onOver()
    wasWaiting.current = isWaiting
  }, [isWaiting, onOver])
}

const notConnected: Readonly<Record<string, string>> = {
  denied: 'The permission was not given. Importing a file works without it.',
  expired: 'The permission came too late. Connect again, and allow it within ten minutes.',
  failed: 'Square did not answer when the permission was taken up. Connect again in a minute.',
}

function Returned({
  outcome,
  isConnected,
}: {
  readonly outcome: string | null
  readonly isConnected: boolean
}) {
  if (outcome === 'connected' && isConnected)
    return <Banner level="full" title="Square is connected" isAlert />
  const why = notConnected[outcome ?? '']
  if (why === undefined || isConnected) return null
  return (
    <Banner level="degraded" title="Square was not connected" isAlert>
      <p>{why}</p>
    </Banner>
  )
}

function Status({ status }: { readonly status: SquareStatus }) {
  if (isComing(status)) {
    return (
      <ProgressLine label="Sales are coming in from Square" note={counted(status.ordersSynced, 'order')} />
    )
  }
  return (
    <p>
      {counted(status.ordersSynced, 'order')} from {status.merchantName ?? 'Square'}
      {status.lastSyncAt === null ? (
        ', not synced yet'
      ) : (
        <>
          , synced <Moment at={status.lastSyncAt} />
        </>
      )}
      .
    </p>
  )
}

export interface SquarePanelProps {
  readonly query: Query<SquareStatus>
  readonly status: SquareStatus
  /** `connected`, `denied`, `expired` or `failed` after Square sent the vendor back. */
  readonly outcome: string | null
  /** Told when a sync has ended. */
  readonly onSynced: () => void
}

/** Connect Square, and bring its sales in. */
export function SquarePanel({ query, status, outcome, onSynced }: SquarePanelProps) {
  const [problem, setProblem] = useState<ApiProblem>()
  usePolling(query, onSynced)
  const act = (does: () => Promise<unknown>) => {
    setProblem(undefined)
    does().then(query.reload, (thrown: unknown) => setProblem(asProblem(thrown)))
  }
  const connect = async () => location.assign((await endpoints.connectSquare()).authorizeUrl)
  return (
    <div className="stack">
      <Returned outcome={outcome} isConnected={status.connected} />
      {problem === undefined ? null : (
        <Failure
          title={problem.title}
          detail={problem.detail}
          stillWorks="Sales that are here already stay, and a file can be imported."
          correlationId={problem.correlationId}
        />
      )}
      {status.note === null ? null : (
        <Banner level={status.sync === 'failed' ? 'unavailable' : 'degraded'} title={status.note} />
      )}
      {status.connected ? (
        <>
          <Status status={status} />
          <div className="row">
            <Button isDisabled={isComing(status)} onPress={() => act(endpoints.syncSquare)}>
              Sync now
            </Button>
            <Button tone="quiet" onPress={() => act(endpoints.disconnectSquare)}>
              Disconnect
            </Button>
          </div>
        </>
      ) : (
        <>
          <p className="soft">
            Products and sales come by themselves. MarketPrep reads; it changes nothing at Square.
          </p>
          <div>
            <Button onPress={() => act(connect)}>Connect Square</Button>
          </div>
        </>
      )}
    </div>
  )
}
