import { Link, useLocation } from 'wouter'
import { api, useSession } from '../api/session.ts'
import { Button, LevelChip } from '../look/look.ts'

const places = [
  { path: '/', name: 'Market day', icon: 'M3 8h14l-1.6 8H4.6ZM6.5 8 9 3m4.5 5L11 3' },
  { path: '/results', name: 'Results', icon: 'M3 17h14M5 14V9m5 5V4m5 10v-7' },
  { path: '/sales', name: 'Sales', icon: 'M10 3v9m-4-4 4 4 4-4M3 14v3h14v-3' },
  { path: '/set-up', name: 'Set-up', icon: 'M3 6h14M3 14h14M7 3.5v5m6 3v5' },
] as const

const isHere = (location: string, path: string): boolean =>
  path === '/' ? location === '/' : location.startsWith(path)

function Places() {
  const [location] = useLocation()
  return (
    <nav className="nav" aria-label="Pages">
      {places.map(({ path, name, icon }) => (
        <Link key={path} href={path} aria-current={isHere(location, path) ? 'page' : undefined}>
          <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
            <path d={icon} />
          </svg>
          {name}
        </Link>
      ))}
    </nav>
  )
}

export function TopBar({ onKeys }: { readonly onKeys: () => void }) {
  const { vendor, level } = useSession()
  return (
    <header className="top-bar no-print">
      <Link href="/" className="top-name">
        <svg viewBox="0 0 32 32" fill="none" stroke="currentColor" strokeWidth="2.6" aria-hidden="true">
          <path d="M4 12h24l-3 15H7ZM10 12l4-8m8 8-4-8" strokeLinejoin="round" strokeLinecap="round" />
        </svg>
        <span className="top-word">MarketPrep</span>
      </Link>
      {vendor === null ? null : <Places />}
      <div className="top-end">
        <LevelChip level={level} />
        {vendor === null ? null : (
          <>
            <span className="top-person" title={vendor.email}>
              {vendor.businessName}
            </span>
            <span className="top-keys">
              <Button tone="quiet" aria-label="Keys" onPress={onKeys}>
                <kbd>?</kbd>
              </Button>
            </span>
            <Button tone="quiet" onPress={() => void api.signOut()}>
              Sign out
            </Button>
          </>
        )}
      </div>
    </header>
  )
}
