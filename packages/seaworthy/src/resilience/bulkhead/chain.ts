/** The place of an item in a {@link Chain}. An item that stands in several chains has a link for each. */
export class Link<T> {
  readonly item: T
  before: Link<T> | undefined
  after: Link<T> | undefined

  constructor(item: T) {
    this.item = item
  }
}

/** A doubly linked list: adding at an end and removing anywhere take constant time. A link is in one chain at most. */
export class Chain<T> {
  first: Link<T> | undefined
  last: Link<T> | undefined

  append(link: Link<T>): void {
    link.before = this.last
    link.after = undefined
    if (this.last === undefined) this.first = link
    else this.last.after = link
    this.last = link
  }

  /** Takes a link out. It must be in this chain. */
  remove(link: Link<T>): void {
    if (link.before === undefined) this.first = link.after
    else link.before.after = link.after
    if (link.after === undefined) this.last = link.before
    else link.after.before = link.before
    link.before = undefined
    link.after = undefined
  }
}
