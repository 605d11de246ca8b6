/** One operation of a dependency, as data. */
export interface OperationDescription {
  readonly name: string
  /** The policies around each call, outermost first, with their settings. */
  readonly policies: readonly Readonly<Record<string, unknown>>[]
  /** What answers, in order, when the dependency does not. */
  readonly fallback: readonly string[]
}
