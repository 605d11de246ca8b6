import {
  coverage,
  midRange,
  stockingCostCents,
  stockQuantity,
  wape,
} from '@seaworthy/system-marketprep/forecast'
import { systemClock } from 'seaworthy/core'
import type { BenchOptions, BenchRow, PeerResult } from '../bench-row.ts'
import { backtest, train, trainingPart, type BacktestRow } from '../forecast-backtest.ts'
import { worldSales } from '../forecast-data.ts'
import { interleave } from '../interleave.ts'
import { mean } from '../median.ts'

const weeks = 104
const heldOutWeeks = 24

/** 8 products x 3 venues x 104 weeks of the simulated world for each seed; all figures are means over the seeds. */
export async function run({ isQuick, progress }: BenchOptions): Promise<readonly BenchRow[]> {
  const seeds = Array.from({ length: isQuick ? 2 : 8 }, (_, index) => `world ${index + 1}`)
  const worlds = seeds.map((seed) => ({ seed, sales: worldSales(seed, weeks) }))
  const backtests: (readonly BacktestRow[])[] = []
  for (const { seed, sales } of worlds) {
    const model = train(trainingPart(sales, heldOutWeeks), seed)
    backtests.push(backtest(model, sales, heldOutWeeks))
    progress.step(backtests.length, seeds.length + 1)
  }
  return [
    wapeRow('wape', backtests, (row) => row.ours.expected),
    wapeRow('wape, weather misjudged', backtests, (row) => row.oursMisjudged.expected),
    worstRow(backtests),
    coverageRow(backtests),
    stockingRow(backtests),
    await trainingRow(worlds[0]?.sales ?? [], isQuick),
  ]
}

type Backtests = readonly (readonly BacktestRow[])[]

const version = '0.1.0'

function wapeRow(name: string, backtests: Backtests, expected: (row: BacktestRow) => number): BenchRow {
  return {
    case: name,
    unit: '%',
    ours: overSeeds(backtests, (rows) => wapeOf(rows, expected)),
    floor: overSeeds(backtests, (rows) => wapeOf(rows, ({ truth }) => truth.trueMean)),
    peers: [heuristicPeer(overSeeds(backtests, (rows) => wapeOf(rows, (row) => row.heuristic.expected)))],
  }
}

/** The seed on which we are worst beside the true mean; the floor is 1. */
function worstRow(backtests: Backtests): BenchRow {
  const worst = (expected: (row: BacktestRow) => number): number =>
    Math.max(...backtests.map((rows) => wapeOf(rows, expected) / wapeOf(rows, ({ truth }) => truth.trueMean)))
  return {
    case: 'wape by that of the true mean, worst seed',
    unit: 'ratio',
    ours: worst((row) => row.ours.expected),
    floor: 1,
    peers: [heuristicPeer(worst((row) => row.heuristic.expected))],
  }
}

/** Of the 80 % interval. The floor is what the same interval around the true mean of a Poisson count holds. */
function coverageRow(backtests: Backtests): BenchRow {
  const held = (
    rows: readonly BacktestRow[],
    interval: (row: BacktestRow) => readonly [number, number],
  ): number => coverage(rows.map((row) => ({ interval80: interval(row), sold: row.truth.sale.quantity })))
  const truth = ({ truth: { trueMean } }: BacktestRow): readonly [number, number] =>
    midRange({ mean: trueMean, dispersion: 0 }, 0.1, 0.9)
  return {
    case: 'interval coverage',
    unit: '%',
    ours: overSeeds(backtests, (rows) => held(rows, (row) => row.ours.interval80)),
    floor: overSeeds(backtests, (rows) => held(rows, truth)),
    peers: [heuristicPeer(overSeeds(backtests, (rows) => held(rows, (row) => row.heuristic.interval80)))],
  }
}

/** Margin missed and waste, for each product and market day, beside bringing exactly what is asked for. */
function stockingRow(backtests: Backtests): BenchRow {
  const cost = (rows: readonly BacktestRow[], quantity: (row: BacktestRow) => number): number =>
    stockingCostCents(
      rows.map((row) => ({
        quantity: quantity(row),
        demand: row.truth.sale.quantity,
        economics: row.truth.economics,
      })),
    ) / rows.length
  return {
    case: 'stocking cost',
    unit: 'cents',
    ours: overSeeds(backtests, (rows) => cost(rows, (row) => row.ours.quantity)),
    floor: overSeeds(backtests, (rows) =>
      cost(rows, ({ truth }) => stockQuantity({ mean: truth.trueMean, dispersion: 0 }, truth.economics)),
    ),
    peers: [
      heuristicPeer(overSeeds(backtests, (rows) => cost(rows, (row) => Math.round(row.heuristic.expected)))),
    ],
  }
}

async function trainingRow(sales: Parameters<typeof trainingPart>[0], isQuick: boolean): Promise<BenchRow> {
  const training = trainingPart(sales, heldOutWeeks)
  const times = await interleave([{ name: 'ours', run: () => train(training, 'time') }], {
    clock: systemClock,
    rounds: isQuick ? 3 : 7,
    warmUpRounds: 1,
  })
  return {
    case: 'training',
    unit: 's',
    ours: (times.get('ours') ?? Number.NaN) / 1_000,
    floor: null,
    peers: [],
  }
}

function wapeOf(rows: readonly BacktestRow[], expected: (row: BacktestRow) => number): number {
  return wape(rows.map((row) => ({ expected: expected(row), sold: row.truth.sale.quantity })))
}

function overSeeds(backtests: Backtests, measure: (rows: readonly BacktestRow[]) => number): number {
  return mean(backtests.map(measure))
}

function heuristicPeer(value: number): PeerResult {
  return { name: 'heuristic', version, value }
}
