import {html, type Markup} from './markup.js'

type Status = 'pass' | 'fail' | 'warn' | 'not-measured' | 'not-tried'

/** A verdict as a word in its colour; the word alone says it all. */
export function word(status: Status): Markup {
  return html`<span class="word ${status}">${status.replace('-', ' ')}</span>`
}
