import {withoutControls} from '../../../mask.js'

/** Every punctuation of ASCII may stand behind a backslash (spec.commonmark.org, backslash escapes). */
export function inline(text: string): string {
  return withoutControls(text).replace(/[\\`*_<>[\]|#~&$!]/g, String.raw`\$&`)
}

/** The least of it, for what is read as it is, too: nothing that is HTML or a link in Markdown. */
export function bare(text: string): string {
  return withoutControls(text).replace(/[\\`<]|\](?=\()/g, String.raw`\$&`)
}

/** A code span that holds its text as it is. */
export function code(text: string): string {
  const bare = withoutControls(text)
  const longest = Math.max(0, ...[...bare.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const padded = /^`|`$|^ .* $/.test(bare) ? ` ${bare} ` : bare
  return `${fence}${padded}${fence}`
}

/**
 * The same in a cell of a table: there the backslash before a pipe is taken away again, so that a text
 * which has one of its own cannot stand in a code span (github.github.com/gfm, example 200).
 */
export function codeInCell(text: string): string {
  return text.includes('\\|') ? inline(text) : code(text).replaceAll('|', String.raw`\|`)
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const drawn = [head, head.map(() => '---'), ...rows]
  return drawn.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
