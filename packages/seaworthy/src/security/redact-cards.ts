const candidates = /(?<![\d.])[2-6](?:[ -]?\d){13,18}(?![\d.]?\d)/g
const digitsMin = 14
const issuers = /^(?:4|5[1-5]|2[2-7]|3[0-9]|6)/

/** Takes out the numbers of payment cards: 14 to 19 digits, also in groups, of a known issuer, with a right check digit. */
export function redactCards(text: string): string {
  if (text.length < digitsMin) return text
  return text.replace(candidates, (match) => (isCardNumber(match.replace(/[ -]/g, '')) ? '[card]' : match))
}

/** Whether digits are a card number by the issuer's range and the check of Luhn (ISO/IEC 7812-1). */
export function isCardNumber(digits: string): boolean {
  if (digits.length < digitsMin || digits.length > 19 || !issuers.test(digits)) return false
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
