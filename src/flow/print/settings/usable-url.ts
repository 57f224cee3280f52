import {isSecretName, withoutControls} from '../../../mask.js'
import {masked, withoutUserinfo} from '../../../stream/exotel/stream-url.js'
import {grammarMistake, type UrlRole} from '../../../stream/written-url/grammar.js'
import {isOfOwnNetwork} from '../../../stream/written-url/own-names.js'
import {findCallDetail, findPlaceholder} from '../../../stream/written-url/placeholders.js'
import {readParts} from '../../../stream/written-url/url-parts.js'

/** A URL that somebody wrote, as it may be printed for others to enter. */
export type UsableUrl =
  | {
      /** Whole, to be copied; without credentials and fragment, and with `***` in the place of each other secret. */
      readonly url: string
      readonly hadCredentials: boolean
    }
  | {
      /** Why it is not printed, as what follows "the URL". */
      readonly why: string
      /** It names no public host, rather than being wrong in another place. */
      readonly lacksHost: boolean
      /** It names this machine, or its network. */
      readonly isOwn?: true
    }

/** What stands in the place of a secret. */
export const HIDDEN = '***'

export function usableUrl(given: string, role: UrlRole): UsableUrl {
  const text = given.trim()
  const {userinfo} = readParts(text)
  const bare = userinfo === undefined ? text : withoutUserinfo(text)
  const placeholder = findPlaceholder(bare)
  if (placeholder) {
    const {word, where} = placeholder
    const why = `holds the placeholder "${short(word)}"`
    return {why, lacksHost: where === 'host' || where === 'port'}
  }
  const mistake = grammarMistake(text, role)
  if (mistake) return {why: short(mistake.words), lacksHost: false}
  const detail = findCallDetail(bare)
  if (detail !== undefined) {
    const why = `holds "${short(detail)}", which Exotel does not fill in; a dynamic URL can name it in its answer`
    return {why, lacksHost: false}
  }
  const {host} = readParts(bare)
  if (isOfOwnNetwork(host)) {
    const why = `names ${short(host)}, which only this machine or its network can reach`
    return {why, lacksHost: true, isOwn: true}
  }
  // A fragment is never sent, and some keep a token there.
  return {url: masked(bare.replace(/#.*$/s, '')), hadCredentials: userinfo !== undefined}
}

const MOST_CHARACTERS = 120

function short(words: string): string {
  const shown = withoutControls(words)
  return shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}...` : shown
}

/** The names of the parameters whose values are not printed. */
export function hiddenIn(url: string): readonly string[] {
  const [, query = ''] = url.split(/[?#]/, 2)
  return [...new URLSearchParams(query)]
    .filter(([name, value]) => value === HIDDEN && isSecretName(name))
    .map(([name]) => withoutControls(name))
}
