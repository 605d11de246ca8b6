/**
 * Imports of sales from files.
 *
 * @module
 */

export { importSquareCsv, type ImportOptions } from './import-square-csv.ts'
