/** All but the last four digits; the length stays visible, because wrong prefixes are a common fault. */
export function maskNumber(text: string): string {
  return text.slice(0, -4).replace(/\d/g, '*') + text.slice(-4)
}

/** Of every URL in the text, what stands before the `@` of its host. */
export function maskUserinfo(text: string): string {
  return text.replace(/\/\/[^/?#\s]*@/g, '//***@')
}
