/** A name in the form in which names are compared: case, width and runs of blanks do not tell two names apart. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()
}
