/**
 * Stand-ins of outside services: protocol-faithful, seeded, with faults that can be switched while they run.
 *
 * @module
 */

export { faultKinds, type Fault } from './faults/fault.ts'
export { simulatorsDefaults, type SimulatorsOptions } from './simulators-options.ts'
export { itemSalesCsv, type ItemSalesOptions } from './square/item-sales-csv.ts'
export { squareDefaults, type SquareOptions } from './square/square-options.ts'
export { startSimulators, type SimulatorName, type Simulators } from './start-simulators.ts'
