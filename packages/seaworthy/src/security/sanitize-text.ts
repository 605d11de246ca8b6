/** Escape sequences of terminals: CSI, OSC and the two-character ones, also with the 8-bit introducers. */
const ansi =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001b\[|\u009b)[0-?]{0,64}[ -/]{0,16}[@-~]?|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]{0,4096}(?:\u0007|\u001b\\|\u009c)?|\u001b[@-Z\\^_]?/g
// oxlint-disable-next-line no-control-regex
const lineBreaks = /[\n\v\f\r\u0085\u2028\u2029]+/g
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g

/**
 * Text that is safe to print on one line of a terminal or a plain log: escape sequences, control characters and marks
 * that turn the direction of writing are taken out, line breaks become a space.
 */
export function sanitizeText(text: string): string {
  return text.replace(ansi, '').replace(lineBreaks, ' ').replace(controls, '').replaceAll('\t', ' ')
}
