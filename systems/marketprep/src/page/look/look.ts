/**
 * The look: tokens, base styles and the few parts that every page is made of. It knows nothing of any one system.
 *
 * @module
 */

export { Banner } from './banner.tsx'
export { browserClock } from './browser-clock.ts'
export { Button, buttonClass } from './button.tsx'
export { Choice } from './choice.tsx'
export { EmptyState } from './empty-state.tsx'
export { Failure } from './failure.tsx'
export { LevelChip, LevelMark, type Level } from './level-mark.tsx'
export { useMedia } from './media.ts'
export { Moment } from './moment.tsx'
export { ProgressLine } from './progress-line.tsx'
export { ProvenanceChip } from './provenance-chip.tsx'
export { Skeleton } from './skeleton.tsx'
export { TextInput } from './text-input.tsx'
