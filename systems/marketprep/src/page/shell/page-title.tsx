import { useEffect, type ReactNode } from 'react'

/** The first line of a page: a sentence that answers its question. It is also the document's title. */
export function PageTitle({ children, name }: { readonly children: ReactNode; readonly name: string }) {
  useEffect(() => {
    document.title = `${name} · MarketPrep`
  }, [name])
  return <h1>{children}</h1>
}
