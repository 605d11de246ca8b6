/**
 * The look: tokens, base styles and the few parts that every page is made of. It knows nothing of any one system.
 *
 * @module
 */

export { Banner, type BannerProps } from './banner.tsx'
export { browserClock } from './browser-clock.ts'
export { Button, buttonClass, type ButtonProps } from './button.tsx'
export { Choice, type ChoiceProps } from './choice.tsx'
export { CopyKey } from './copy-key.tsx'
export { EmptyState, type EmptyStateProps } from './empty-state.tsx'
export { Failure, type FailureProps } from './failure.tsx'
export { LevelChip, LevelMark, levelWords, type Level } from './level-mark.tsx'
export { useMedia } from './media.ts'
export { Moment } from './moment.tsx'
export { ProgressLine, type ProgressLineProps } from './progress-line.tsx'
export { ProvenanceChip, type ProvenanceChipProps } from './provenance-chip.tsx'
export { Skeleton, type SkeletonProps } from './skeleton.tsx'
export { TextInput, type TextInputProps } from './text-input.tsx'
