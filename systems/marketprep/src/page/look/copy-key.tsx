import { useState } from 'react'
import { browserClock } from './browser-clock.ts'
import { Button } from './button.tsx'

/** A key that copies a text, and says so in its own place. */
export function CopyKey({ text, what }: { readonly text: string; readonly what: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    browserClock.schedule(2_000, () => setCopied(false))
  }
  return (
    <Button tone="quiet" aria-label={`Copy ${what}`} onPress={() => void copy()}>
      <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
    </Button>
  )
}
