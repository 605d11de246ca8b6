/**
 * What MarketPrep stores: the schema with its migrations, and the questions it is asked. Every function takes a
 * transaction that belongs to a vendor, and row-level security lets it see nothing of another. The few that come before
 * a vendor is known take one of the directory.
 *
 * @module
 */

export { dataError, dataErrors, type DataErrorCode } from './data-errors.ts'
export { soldDays, storeEventDays, type EventDay } from './event-days.ts'
export { addFeedback, listFeedback, marketOf } from './feedback.ts'
export { feedbackStats } from './feedback-stats.ts'
export {
  activateForecastModel,
  activeModelVersion,
  findActiveModel,
  type ForecastModelRecord,
} from './forecast-models.ts'
export type { ListOptions, ListPage } from './list-page.ts'
export {
  directoryTenant,
  findLogin,
  listVendorIds,
  newVendorId,
  replacePasswordHash,
  type Login,
} from './logins.ts'
export { migrations } from './migrations.ts'
export { nameKey } from './name-key.ts'
export {
  createProduct,
  getProduct,
  listActiveProducts,
  listProducts,
  unitCostShare,
  updateProduct,
  type ListedProduct,
  type ProductListOptions,
} from './products.ts'
export {
  latestRecommendationSet,
  saveRecommendationSet,
  type NewRecommendation,
  type NewRecommendationSet,
} from './recommendation-sets.ts'
export {
  issueRefreshToken,
  revokeRefreshFamily,
  rotateRefreshToken,
  type NewRefreshToken,
  type RefreshOutcome,
  type RefreshRotation,
} from './refresh-tokens.ts'
export { saleSources, storedOrders, upsertSales, type SaleLine, type SaleSource } from './sales.ts'
export { salesHistory, salesStamp } from './sales-history.ts'
export { addDays, salesStats } from './sales-stats.ts'
export type { MarketprepTables, MarketprepTransaction } from './schema.ts'
export {
  beginSquareSync,
  deleteSquareConnection,
  findSquareConnection,
  finishSquareSync,
  renewSquareTokens,
  saveSquareGrant,
  squareStatus,
  type SquareConnection,
  type SquareGrant,
  type SquareSyncResult,
} from './square-connection.ts'
export {
  learnMarketWeekdays,
  squareNames,
  storeCatalogueProducts,
  storeCatalogueVenues,
  type CatalogueProduct,
  type CatalogueVenue,
  type SquareNames,
} from './square-catalogue.ts'
export { createVendor, deleteVendor, findVendor, type NewVendor } from './vendors.ts'
export { createVenue, getVenue, listVenues, updateVenue, type VenueListOptions } from './venues.ts'
export { daysWithoutWeather, storeWeatherDays, type Place, type WeatherDay } from './weather-days.ts'
export { weatherDaysNear } from './weather-near.ts'
