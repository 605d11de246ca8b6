/**
 * MarketPrep: what a market vendor should bring.
 *
 * @module
 */

export { createMarketprep, type Marketprep, type MarketprepOptions } from './create-marketprep.ts'
