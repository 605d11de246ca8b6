import { Button } from 'react-aria-components/Button'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import { browserClock } from './browser-clock.ts'
import { exactTime, relativeTime } from './time-words.ts'

/** A relative time; the exact one shows on focus and hover. */
export function Moment({ at }: { readonly at: string }) {
  return (
    <TooltipTrigger delay={200}>
      <Button className="moment">
        <time dateTime={at}>{relativeTime(at, browserClock.wallTime())}</time>
      </Button>
      <Tooltip className="tooltip">{exactTime(at)}</Tooltip>
    </TooltipTrigger>
  )
}
