/** How well a service answers; `unknown` until it has answered once. */
export type Level = 'full' | 'degraded' | 'minimal' | 'unavailable' | 'unknown'

const levelWords: Readonly<Record<Level, string>> = {
  full: 'Full service',
  degraded: 'Degraded',
  minimal: 'Minimal',
  unavailable: 'Unavailable',
  unknown: 'Not known yet',
}

const shapes: Readonly<Record<Level, React.JSX.Element>> = {
  full: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  degraded: <path d="M6 0.8 11.6 11H0.4Z" fill="currentColor" />,
  minimal: <path d="M6 0.2 11.8 6 6 11.8 0.2 6Z" fill="currentColor" />,
  unavailable: <rect x="1" y="1" width="10" height="10" fill="currentColor" />,
  unknown: (
    <circle
      cx="6"
      cy="6"
      r="4.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeDasharray="2.4 1.8"
    />
  ),
}

/** The shape of a level; a word always stands beside it. */
export function LevelMark({ level }: { readonly level: Level }) {
  return (
    <svg className={`mark mark-${level}`} viewBox="0 0 12 12" aria-hidden="true">
      {shapes[level]}
    </svg>
  )
}

export function LevelChip({ level }: { readonly level: Level }) {
  return (
    <span className="chip chip-level" role="status">
      <LevelMark level={level} />
      <span>
        <span className="unseen">Service level: </span>
        {levelWords[level]}
      </span>
    </span>
  )
}
