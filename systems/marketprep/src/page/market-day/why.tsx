import './why.css'
import type { Recommendation } from '../../contract/recommendation.ts'
import { Button } from '../look/look.ts'
import { money, roundMoney } from '../shell/words.ts'
import { ReasonChart, ReasonTable } from './reason-chart.tsx'
import { reasonSteps } from './reason-steps.ts'

export interface WhyProps {
  readonly item: Recommendation
  readonly asTable: boolean
  readonly onToggle: () => void
}

/** Why this many of one product. */
export function Why({ item, asTable, onToggle }: WhyProps) {
  const { steps, max } = reasonSteps(item)
  const { low, high } = item.interval80
  return (
    <section className="why" aria-label={`Why ${item.quantity} of ${item.productName}`}>
      <div className="why-head">
        <h2>
          {item.productName}: why {item.quantity}
        </h2>
        <Button tone="quiet" onPress={onToggle}>
          {asTable ? 'Chart' : 'Table'} <kbd aria-hidden="true">t</kbd>
        </Button>
      </div>
      {asTable ? <ReasonTable steps={steps} /> : <ReasonChart steps={steps} max={max} />}
      <p className="soft small">
        {low} to {high} would sell on 8 of 10 such days. At {money(item.priceCents)} each, {item.quantity}{' '}
        weighs a missed sale against what is left over; expect about {roundMoney(item.expectedRevenueCents)}.
      </p>
    </section>
  )
}
