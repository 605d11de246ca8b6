/** An answer before it is read. */
export interface RawAnswer {
  readonly status: number
  readonly text: string
  readonly header: (name: string) => string | null
}
