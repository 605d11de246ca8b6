import { useEffect, useState } from 'react'
import type { SquareStatus } from '../../contract/sales.ts'
import { endpoints } from '../api/endpoints.ts'
import { asProblem, type ApiProblem } from '../api/problem.ts'
import type { Query } from '../api/use-query.ts'
import { Banner, browserClock, Button, Failure, Moment, ProgressLine } from '../look/index.ts'
import { counted } from '../shell/words.ts'

const pollMs = 1_500

/** Asks again while a sync runs. */
function usePolling({ value, isLoading, reload }: Query<SquareStatus>): void {
  const isRunning = value?.sync === 'running'
  useEffect(
    () => (isRunning && !isLoading ? browserClock.schedule(pollMs, reload) : undefined),
    [isRunning, isLoading, reload],
  )
}

function Returned({ outcome }: { readonly outcome: string | null }) {
  if (outcome === 'connected') return <Banner level="full" title="Square is connected" isAlert />
  if (outcome !== 'denied') return null
  return (
    <Banner level="degraded" title="Square was not connected" isAlert>
      <p>The permission was not given. Importing a file works without it.</p>
    </Banner>
  )
}

function Status({ status }: { readonly status: SquareStatus }) {
  if (status.sync === 'running') {
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
  /** `connected` or `denied` after Square sent the vendor back. */
  readonly outcome: string | null
}

/** Connect Square, and bring its sales in. */
export function SquarePanel({ query, status, outcome }: SquarePanelProps) {
  const [problem, setProblem] = useState<ApiProblem>()
  usePolling(query)
  const act = (does: () => Promise<unknown>) => {
    setProblem(undefined)
    does().then(query.reload, (thrown: unknown) => setProblem(asProblem(thrown)))
  }
  const connect = async () => location.assign((await endpoints.connectSquare()).authorizeUrl)
  return (
    <div className="stack">
      <Returned outcome={outcome} />
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
            <Button isDisabled={status.sync === 'running'} onPress={() => act(endpoints.syncSquare)}>
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
