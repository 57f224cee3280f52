/** All but the last four digits; the length stays visible, because wrong prefixes are a common fault. */
export function maskNumber(text: string): string {
  return text.slice(0, -4).replace(/\d/g, '*') + text.slice(-4)
}

/** Of every URL in the text, what stands before the `@` of its host; our own placeholder stays. */
export function maskUserinfo(text: string): string {
  return text.replace(/\/\/(?!KEY:TOKEN@)[^/?#\s]*@/g, '//***@')
}

// Between dots, hyphens and letters stand parts of ids, versions and times; a plus begins a number.
const PHONE_NUMBERS =
  /(?<=%2B)\d{8,15}|(?<!\w)\+\d(?:[ -]?\d){7,14}|(?<![\w.-])(?:\d{10,15}|\d{5}[ -]\d{5})(?!\w|-\w|\.\d)/gi

/** Every phone number in a text, also within a URL; ids and times stay as they are. */
export function maskPhoneNumbers(text: string): string {
  return text.replace(PHONE_NUMBERS, maskNumber)
}

const SCHEMES = /\b(basic|bearer|digest)\s+[\w.~+/=-]+/gi
const COOKIES = /(cookie["']?\s*[:=]\s*)[^"'\r\n]+/gi
const NAMED =
  /((?:authorization|token|secret|password|passphrase|api[-_]?key)["']?\s*[:=]\s*["']?)(?!(?:basic|bearer|digest)\b|\[redacted)[^\s"'&;,]+/gi

/** Credentials in a text: of a URL, after the name of a scheme, or after a name such as `token=`. */
export function maskSecrets(text: string): string {
  return maskUserinfo(text)
    .replace(SCHEMES, '$1 [redacted]')
    .replace(COOKIES, '$1[redacted]')
    .replace(NAMED, '$1[redacted]')
}

const SECRET_NAME =
  /token|secret|passw|pwd|auth|cookie|signature|credential|jwt|passcode|key$|(^|[-_.])(sig|pin|otp)$/i

/** Whether a parameter is called like something that is not to be shown; better one too many than one too few. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}

const LINE_BREAKS_AND_TABS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g
// The directional marks are no control characters to Unicode, yet they reorder what a reader sees.
const CONTROLS = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/**
 * One line without control characters, so that a text from the network cannot move the cursor,
 * recolour the screen or set the title of the terminal.
 */
export function withoutControls(text: string): string {
  return text.replace(LINE_BREAKS_AND_TABS, ' ').replace(CONTROLS, '')
}
