/**
 * Imports of sales from files.
 *
 * @module
 */

export { importError, importErrors, type ImportErrorCode } from './import-errors.ts'
export { importSquareCsv, type ImportOptions } from './import-square-csv.ts'
