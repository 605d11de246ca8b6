import type { KeysetOptions, Page } from '@seaworthy/postgres'

/** One page of a list, as the contract writes it. */
export type ListPage<Item> = Page<Item>

export interface ListOptions {
  /** Items a page, 1 to 1000. Default 50. */
  readonly limit?: number | undefined
  /** The `nextCursor` of the page before; null or left out for the first. */
  readonly cursor?: string | null | undefined
  /** The key that signs cursors: a random text of at least 32 characters. */
  readonly cursorKey: string
}

/** The part of the options of a page that all lists share. */
export function pageOf(
  scope: string,
  { limit, cursor, cursorKey }: ListOptions,
): Omit<KeysetOptions, 'by' | 'direction'> {
  return {
    scope,
    key: cursorKey,
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && cursor !== null && { cursor }),
  }
}
