import {shellWord} from '../../shell-word.js'
/** Of an IPv6 literal what stands between the brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

const MOST_SHOWN = 4

/** Several addresses in a sentence. */
export function someOf(addresses: readonly string[]): string {
  const more = addresses.length - MOST_SHOWN
  return addresses.slice(0, MOST_SHOWN).join(', ') + (more > 0 ? ` and ${String(more)} more` : '')
}

/**
 * For a command line: a URL's host may hold what a shell takes for its own. No quotes help against what
 * a program takes for an option, and no machine has such a name.
 */
export function quoted(word: string): string {
  if (word.startsWith('-')) return 'HOST'
  return shellWord(word)
}
