import { Type } from 'typebox'
import type { ListPage } from '../data/index.ts'

/** How lists are asked for: `limit` items, after `cursor`. */
export const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
})

/** A page of a repository as an answer. */
export function pageAnswer<Item>(page: ListPage<Item>): { items: Item[]; nextCursor: string | null } {
  return { items: [...page.items], nextCursor: page.nextCursor }
}
