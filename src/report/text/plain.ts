import {maskNumber, maskUserinfo, withoutControls} from '../../mask.js'

const PHONE_NUMBERS = /(?<!\w)(?:\+\d(?:[ -]?\d){7,14}|\d{10,15}|\d{5}[ -]\d{5})(?!\w)/g

/** A text from elsewhere as it may be shown: no control characters, no password, no whole phone number. */
export function printable(text: string): string {
  return maskUserinfo(withoutControls(text)).replace(PHONE_NUMBERS, maskNumber)
}
