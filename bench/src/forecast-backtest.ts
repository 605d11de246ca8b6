import {
  dayNumber,
  forecast,
  heuristicForecast,
  historyBefore,
  trainForecast,
  type DayQuestion,
  type Forecast,
  type ForecastModel,
  type SaleDay,
} from '@seaworthy/system-marketprep/forecast'
import type { TrueSale } from './forecast-data.ts'

/** One held-out sale and what was forecast of it. */
export interface BacktestRow {
  readonly truth: TrueSale
  readonly ours: Forecast
  /** The same with the weather as it might have been forecast. */
  readonly oursMisjudged: Forecast
  readonly heuristic: Forecast
}

/** The week that a held-out sale belongs to is one step ahead: nothing of it is known to any forecast of it. */
const leadDays = 7

/** The sales of the weeks before the last `weeks`. */
export function trainingPart(sales: readonly TrueSale[], weeks: number): readonly SaleDay[] {
  const end = weekStart(sales, weeks)
  return sales.map(({ sale }) => sale).filter(({ date }) => date < end)
}

export function train(sales: readonly SaleDay[], seed: string): ForecastModel {
  return trainForecast(sales, { seed, leadDays })
}

/**
 * Forecasts the last `weeks` weeks one by one, each from the sales of all weeks before it: one week ahead, rolling. The
 * model is not trained again. The heuristic sees the same sales.
 */
export function backtest(
  model: ForecastModel,
  sales: readonly TrueSale[],
  weeks: number,
): readonly BacktestRow[] {
  const rows: BacktestRow[] = []
  const history = historyBefore(model, trainingPart(sales, weeks), weekStart(sales, weeks))
  for (let left = weeks; left > 0; left--) {
    const [from, end] = [weekStart(sales, left), weekStart(sales, left - 1)]
    const known = sales.map(({ sale }) => sale).filter(({ date }) => date < from)
    const week = sales.filter(({ sale }) => sale.date >= from && sale.date < end)
    for (const truth of week) {
      const { economics } = truth
      const question = questionOf(truth.sale)
      const misjudged = { ...question, weather: truth.forecastWeather }
      rows.push({
        truth,
        ours: forecast(model, { history, question, economics }),
        oursMisjudged: forecast(model, { history, question: misjudged, economics }),
        heuristic: heuristicForecast(known, question, economics),
      })
    }
    for (const { sale } of week) history.observe(sale, dayNumber(sale.date))
  }
  return rows
}

/** Takes away what must not be known. */
function questionOf({ quantity: _sold, ...question }: SaleDay): DayQuestion {
  return question
}

/** The Monday with which the last `weeks` weeks begin; the sales end on a Sunday. */
function weekStart(sales: readonly TrueSale[], weeks: number): string {
  const last = Date.parse(`${sales.at(-1)?.sale.date}T00:00:00Z`)
  return new Date(last - (weeks * 7 - 1) * 86_400_000).toISOString().slice(0, 10)
}
