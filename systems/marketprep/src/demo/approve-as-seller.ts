import type { SquareAuthorisation } from '../square/square-connecting.ts'

/**
 * Does on Square's consent page what a seller's browser does: allows the access, and follows the redirect as far as its
 * address. It works only with the simulator, whose page asks for no password.
 *
 * @returns what Square hands to the callback
 */
export async function approveAsSeller(
  authorizeUrl: string,
  signal?: AbortSignal,
): Promise<SquareAuthorisation> {
  const page = new URL(authorizeUrl)
  const form = new URLSearchParams(page.searchParams)
  form.set('decision', 'approve')
  const response = await fetch(new URL(page.pathname, page), {
    method: 'POST',
    body: form,
    redirect: 'manual',
    ...(signal === undefined ? {} : { signal }),
  })
  const location = response.headers.get('location')
  const answer = location === null ? undefined : new URL(location).searchParams
  const code = answer?.get('code')
  if (code === undefined || code === null) {
    throw new TypeError(
      `Cannot connect the demo vendor: the consent page must redirect with a code, answered ${response.status}`,
    )
  }
  return { code, state: answer?.get('state') ?? undefined }
}
