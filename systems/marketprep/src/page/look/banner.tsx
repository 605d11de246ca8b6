import { type ReactNode } from 'react'
import { LevelMark, type Level } from './level-mark.tsx'

export interface BannerProps {
  readonly level: Level
  readonly title: string
  readonly children?: ReactNode
  /** Read out as soon as it appears. */
  readonly isAlert?: boolean
}

export function Banner({ level, title, children, isAlert = false }: BannerProps) {
  return (
    <div className={`banner banner-${level}`} role={isAlert ? 'alert' : undefined}>
      <LevelMark level={level} />
      <div className="banner-body">
        <p className="banner-title">{title}</p>
        {children}
      </div>
    </div>
  )
}
