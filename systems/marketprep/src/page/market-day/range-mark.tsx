export interface RangeMarkProps {
  readonly low: number
  readonly high: number
  readonly expected: number
  /** The right end of the axis, the same for every row. */
  readonly max: number
}

/** The likely range as a line from low to high with a tick at what is expected; zero-based. */
export function RangeMark({ low, high, expected, max }: RangeMarkProps) {
  const at = (value: number) => `${((100 * value) / max).toFixed(2)}%`
  return (
    <svg className="range-mark" aria-hidden="true">
      <line x1="0" x2="100%" y1="8" y2="8" className="range-axis" />
      <line x1={at(low)} x2={at(high)} y1="8" y2="8" className="range-span" />
      <line x1={at(expected)} x2={at(expected)} y1="2" y2="14" className="range-tick" />
    </svg>
  )
}
