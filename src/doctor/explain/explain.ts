import {explainErrors} from './errors-in-text.js'
import type {Explanation} from './explanation.js'
import {explainMembers} from './members-in-text.js'
import {explainCloseCodes, explainStatuses} from './numbers-in-text.js'
import {explainOwnWords} from './own-words.js'
import {flatten, MOST_CHARACTERS, shown} from './pasted-text.js'
import {readMembers} from './stream-members.js'
import {explainSymptoms} from './symptoms-in-text.js'

/** What there is to say of a text; the document that `--json` prints. */
export type ExplainReport = {
  readonly schemaVersion: 1
  /** As it was given, safe to print, and not all of it. */
  readonly text: string
  /** The most telling first; none where nothing was recognised. */
  readonly explanations: readonly Explanation[]
}

const MOST_EXPLANATIONS = 20

/** Explains all that is recognised in a text: of Exotel, of WebSocket, of HTTP, of exostream; else a symptom. Never throws. */
export function explain(given: string): ExplainReport {
  const text = given.slice(0, MOST_CHARACTERS)
  // A plus is a space in a query, and nothing that is looked for has one.
  const flat = flatten(text).replaceAll('+', ' ')
  const {found: errors, rest} = explainErrors(flat)
  const read = readMembers(text)
  const members = explainMembers(text, read, errors.length > 0)
  // What an access log says behind the query was the answer to Passthru, not to the upgrade.
  const isPassthru = Object.keys(read).length > 0
  const answers = isPassthru ? rest.replace(/\bHTTP\/\d(?:\.\d)?" \d{3}/gi, ' ') : rest
  const all = [
    ...errors,
    ...members,
    ...explainStatuses(answers),
    ...explainCloseCodes(rest),
    ...explainOwnWords(flat),
  ]
  // The words of a person; of a log that says more they would be chance.
  const told = all.length > 0 ? all : explainSymptoms(flat)
  const once = new Map(told.map((one) => [`${one.id} ${one.text}`, one]))
  return {
    schemaVersion: 1,
    text: shown(text),
    explanations: [...once.values()].slice(0, MOST_EXPLANATIONS),
  }
}
