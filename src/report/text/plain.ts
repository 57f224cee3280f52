import {maskNumber, maskUserinfo} from '../../mask.js'

const LINE_BREAKS_AND_TABS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g
// The directional marks are no control characters to Unicode, yet they reorder what a reader sees.
const CONTROLS = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu
const PHONE_NUMBERS = /(?<!\w)(?:\+\d(?:[ -]?\d){7,14}|\d{10,15}|\d{5}[ -]\d{5})(?!\w)/g

/**
 * One line without control characters, so that a text from the network cannot move the cursor,
 * recolour the screen or set the title of the terminal.
 */
export function withoutControls(text: string): string {
  return text.replace(LINE_BREAKS_AND_TABS, ' ').replace(CONTROLS, '')
}

/** A text from elsewhere as it may be shown: no control characters, no password, no whole phone number. */
export function printable(text: string): string {
  return maskUserinfo(withoutControls(text)).replace(PHONE_NUMBERS, maskNumber)
}
