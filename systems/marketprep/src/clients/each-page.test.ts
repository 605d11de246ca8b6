import { expect, test } from 'vitest'
import { eachPage } from './each-page.ts'

const list = (pages: number) => (cursor: string | undefined) => {
  const at = Number(cursor ?? 0)
  return Promise.resolve({ at, cursor: at + 1 < pages ? String(at + 1) : undefined })
}

async function visited(pages: number, pagesMax: number): Promise<readonly number[]> {
  const seen: number[] = []
  for await (const page of eachPage(list(pages), pagesMax)) seen.push(page.at)
  return seen
}

test('eachPage: visits each page once and stops after the one without a cursor', async () => {
  expect(await visited(1, 5)).toEqual([0])
  expect(await visited(5, 5)).toEqual([0, 1, 2, 3, 4])
})

test('eachPage: an empty cursor ends the list', async () => {
  const pages = eachPage(() => Promise.resolve({ cursor: '' }), 5)
  expect((await pages.next()).done).toBe(false)
  expect((await pages.next()).done).toBe(true)
})

test('eachPage: a list that does not end is an error after the bound', async () => {
  await expect(visited(6, 5)).rejects.toMatchObject({ code: 'ERR_TOO_MANY_PAGES' })
})
