import {withoutControls} from '../../mask.js'
import {masked, withoutUserinfo} from '../exotel/stream-url.js'
import {hasBrokenUserinfo, readParts, UNSEEN} from './url-parts.js'

const MOST_CHARACTERS = 400
/** It is never sent, and some keep a token there. */
const FRAGMENT = /#.*$/s

/** A URL, or what was meant as one, as it may be printed: without credentials and fragment, and not endless. */
export function shownUrl(text: string): string {
  const bare = withoutCredentials(text.trim()).replace(FRAGMENT, '')
  return bare === '' ? '(empty)' : bounded(withoutControls(masked(bare)))
}

/** The text as it was written, with what nobody sees made visible: for what cannot be parsed. */
export function rawUrl(text: string): string {
  const told = withoutUserinfo(text)
    .replace(FRAGMENT, '#***')
    .replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
  return `"${bounded(withoutControls(masked(told)))}"`
}

function bounded(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text
}

function withoutCredentials(text: string): string {
  const parts = readParts(text)
  const isDoubtful = hasBrokenUserinfo(parts) || (parts.hasLaterAt && parts.userinfo !== undefined)
  if (!URL.canParse(text) || isDoubtful) return withoutUserinfo(text)
  const url = new URL(text)
  if (url.host === '') return withoutUserinfo(text)
  url.username = ''
  url.password = ''
  return url.href
}
