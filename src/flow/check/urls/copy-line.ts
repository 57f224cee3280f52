import {grammarMistake, type UrlRole} from '../../../stream/written-url/grammar.js'
import {findCallDetail, findPlaceholder} from '../../../stream/written-url/placeholders.js'
import {shownUrl} from '../../../stream/written-url/shown-url.js'

/**
 * A second line of a fix, with the URL to copy. Nothing where it would hold a secret or a placeholder, was cut,
 * or is no URL that could be dialled: what is printed to be copied has to be right as it is.
 */
export function copyLine(text: string, role: UrlRole): string {
  const shown = shownUrl(text)
  const isWhole = !shown.includes('=***') && !shown.endsWith('...')
  const isFilled = findPlaceholder(shown) === undefined && findCallDetail(shown) === undefined
  const isUsable = isFilled && grammarMistake(shown, role) === undefined
  return isWhole && isUsable ? `\n${shown}` : ''
}

/** The same URL with TLS. */
export function withTls(text: string): string {
  return text.replace(/^(ws|http):/i, (scheme) => `${scheme.slice(0, -1)}s:`)
}
