import {masked} from '../../stream/exotel/stream-url.js'
import type {Hop} from '../check.js'

/** The host, with its port where the URL names one. */
export function hostOf({text = ''}: Hop): string {
  return URL.canParse(text) ? new URL(text).host : 'the host'
}

const MOST_PATH_CHARACTERS = 100

/** The path as a part of a sentence. */
export function pathOf({text = ''}: Hop): string {
  return URL.canParse(text) ? new URL(text).pathname.slice(0, MOST_PATH_CHARACTERS) : '/'
}

/** The hop's URL put right, ready for `putUrl`; in place of credentials stands where they go. */
export function rightUrl({text = ''}: Hop, change: (url: URL) => void): string {
  if (!URL.canParse(text)) return ''
  const url = new URL(text)
  change(url)
  const hasUserinfo = url.username !== '' || url.password !== ''
  url.username = ''
  url.password = ''
  const shown = masked(url.href)
  return hasUserinfo ? shown.replace('://', '://KEY:TOKEN@') : shown
}
