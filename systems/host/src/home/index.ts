/**
 * The page at `/`.
 *
 * @module
 */

export { renderHomePage, type HomePageOptions } from './home-page.ts'
export { homePageCsp } from './home-style.ts'
export type { HomeLevel, HomeSystem } from './home-system.ts'
