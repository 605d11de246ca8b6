import { lazy, Suspense, useEffect, useState } from 'react'
import { Route, Router, Switch, useLocation } from 'wouter'
import { asProblem, type ApiProblem } from '../api/problem.ts'
import { api, useSession } from '../api/session.ts'
import { Failure, Skeleton } from '../look/look.ts'
import { SignInPage } from '../sign-in/sign-in-page.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { useKey } from './keys.ts'
import { NotFound } from './not-found.tsx'
import { TopBar } from './top-bar.tsx'

const MarketDayPage = lazy(async () => ({
  default: (await import('../market-day/market-day-page.tsx')).MarketDayPage,
}))
const ResultsPage = lazy(async () => ({ default: (await import('../results/results-page.tsx')).ResultsPage }))
const SalesPage = lazy(async () => ({ default: (await import('../sales/sales-page.tsx')).SalesPage }))
const SetUpPage = lazy(async () => ({ default: (await import('../setup/set-up-page.tsx')).SetUpPage }))

const waiting = (
  <div className="stack" aria-busy="true">
    <Skeleton height={34} width="60%" />
    <Skeleton height={320} />
  </div>
)

function SignedIn() {
  const [view, go] = useLocation()
  useKey('g h', 'Market day', () => go('/'))
  useKey('g r', 'Results', () => go('/results'))
  useKey('g s', 'Sales', () => go('/sales'))
  useKey('g u', 'Set-up', () => go('/set-up'))
  return (
    <ErrorBoundary key={view}>
      <Suspense fallback={waiting}>
        <Switch>
          <Route path="/" component={MarketDayPage} />
          <Route path="/results" component={ResultsPage} />
          <Route path="/sales" component={SalesPage} />
          <Route path="/set-up" component={SetUpPage} />
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </ErrorBoundary>
  )
}

function Content() {
  const { phase } = useSession()
  const [problem, setProblem] = useState<ApiProblem>()
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    setProblem(undefined)
    api.refresh().catch((thrown: unknown) => setProblem(asProblem(thrown)))
  }, [turn])
  if (phase === 'in') return <SignedIn />
  if (phase === 'out') return <SignInPage />
  if (problem === undefined) return waiting
  return (
    <Failure
      title={`Cannot open MarketPrep: ${problem.title}`}
      detail={problem.detail}
      stillWorks="Your sales and your drafts are kept."
      correlationId={problem.correlationId}
      onRetry={() => setTurn(turn + 1)}
    />
  )
}

export function App() {
  const [keysOpen, setKeysOpen] = useState(false)
  useKey('?', 'These keys', () => setKeysOpen(true))
  return (
    <Router base={import.meta.env.BASE_URL.replace(/\/$/, '')}>
      <a className="button skip" href="#content">
        Skip to content
      </a>
      <div className="shell">
        <TopBar onKeys={() => setKeysOpen(true)} />
        <main className="page" id="content" tabIndex={-1}>
          <ErrorBoundary>
            <Content />
          </ErrorBoundary>
        </main>
      </div>
      <KeysDialog isOpen={keysOpen} onChange={setKeysOpen} />
    </Router>
  )
}
