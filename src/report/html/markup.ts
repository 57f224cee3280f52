import {printable} from '../text/plain.js'
import {withoutControls} from '../../mask.js'

/** Text that is HTML already. Only `html`, `plain` and `trusted` make it; all else is escaped. */
export type Markup = {readonly markup: string}

type Part = string | number | undefined | false | Markup | readonly (Markup | undefined)[]

/**
 * HTML of a template, safe by default: a string is masked as for a terminal, then escaped; a list is
 * joined, and what is undefined or false is left out. For text and for attributes in double quotes.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const pieces = strings.map((string, at) => string + textOf(parts[at]))
  return {markup: pieces.join('')}
}

/** A path, whole and unmasked, so that it can be copied. */
export function plain(text: string): Markup {
  return {markup: escape(withoutControls(text))}
}

/** Our own HTML, CSS or script, as it is; never for a text that came from outside. */
export function trusted(markup: string): Markup {
  return {markup}
}

/** A coordinate, short: a page has many thousands of them. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function textOf(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return escape(printable(part))
  return 'markup' in part ? part.markup : part.map((one) => one?.markup ?? '').join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
