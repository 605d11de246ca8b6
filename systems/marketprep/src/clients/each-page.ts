import { clientError } from './client-errors.ts'

/** A page of a list, with the cursor of the next one if there is one. */
export interface Page {
  readonly cursor?: string | undefined
}

/**
 * Yields page after page.
 *
 * @param fetchPage asks for the page at a cursor, the first one without
 * @param pagesMax how many pages there may be
 * @throws SeaworthyError ERR_TOO_MANY_PAGES when there is still another page after `pagesMax`
 */
export async function* eachPage<P extends Page>(
  fetchPage: (cursor: string | undefined) => Promise<P>,
  pagesMax: number,
): AsyncGenerator<P> {
  let cursor: string | undefined
  for (let pages = 0; pages < pagesMax; pages++) {
    const page = await fetchPage(cursor)
    yield page
    if (page.cursor === undefined || page.cursor === '') return
    cursor = page.cursor
  }
  throw clientError(
    'ERR_TOO_MANY_PAGES',
    `Cannot read the list: must end within ${pagesMax} pages, received a cursor for another`,
    {
      details: { pagesMax },
    },
  )
}
