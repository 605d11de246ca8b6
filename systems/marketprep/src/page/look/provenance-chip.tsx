import { browserClock } from './browser-clock.ts'
import { LevelMark } from './level-mark.tsx'
import { provenanceWords } from './provenance-words.ts'
import { exactTime } from './time-words.ts'

export interface ProvenanceChipProps {
  /** `live`, or the name of the fallback that answered. */
  readonly source: string
  readonly asOf: string
  readonly degraded: boolean
}

/** Says, where a value is, where it came from. */
export function ProvenanceChip({ source, asOf, degraded }: ProvenanceChipProps) {
  return (
    <span className="chip" title={`As of ${exactTime(asOf)}`}>
      {degraded ? <LevelMark level="degraded" /> : null}
      {provenanceWords(source, asOf, browserClock.wallTime())}
    </span>
  )
}
