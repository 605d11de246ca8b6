import { useRef, useState } from 'react'
import { Form } from 'react-aria-components/Form'
import type { RecommendationSet } from '../../contract/recommendation.ts'
import { Banner, Button } from '../look/look.ts'
import { counted } from '../shell/words.ts'
import { ResultFields } from './result-row.tsx'
import { useResultRows } from './use-result-rows.ts'

export interface ResultFormProps {
  readonly set: RecommendationSet
  readonly onSaved: () => void
}

/** What came of one market day. Rows without a sold number stay open for later. */
export function ResultForm({ set, onSaved }: ResultFormProps) {
  const items = set.recommendations
  const rows = useResultRows(`results:${set.marketDate}:${set.venueId}`, items)
  const [saved, setSaved] = useState(0)
  const form = useRef<HTMLFormElement>(null)

  const send = async () => {
    setSaved(0)
    const sent = await rows.send()
    setSaved(sent.saved)
    if (sent.toMend !== undefined)
      form.current?.querySelector<HTMLInputElement>(`[name="${sent.toMend}"]`)?.focus()
    if (sent.saved > 0) onSaved()
  }
  return (
    <Form
      ref={form}
      className="stack"
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <div className="result-head" aria-hidden="true">
        <span>Product</span>
        <span className="number">Brought</span>
        <span className="number">Sold</span>
        <span className="number">Price, $</span>
        <span>How good was the advice?</span>
      </div>
      <ul className="result-rows">
        {items.map((item) => (
          <ResultFields
            key={item.id}
            item={item}
            state={rows.rowOf(item)}
            onChange={(part) => rows.change(item, part)}
          />
        ))}
      </ul>
      {saved === 0 ? null : (
        <Banner level="full" title={`${counted(saved, 'result')} saved`} isAlert>
          <p>The next predictions learn from them.</p>
        </Banner>
      )}
      <div className="row">
        <Button type="submit" tone="primary" isDisabled={rows.isSending || rows.filled === 0}>
          {rows.filled === 0 ? 'Save results' : `Save ${counted(rows.filled, 'result')}`}
        </Button>
        <span className="soft small">
          Rows without a sold number stay open. What you type is kept on this device.
        </span>
      </div>
    </Form>
  )
}
