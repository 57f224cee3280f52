import {stripVTControlCharacters} from 'node:util'

const KEPT_LINES = 20
const SHOWN_LINES = 3
const MOST_LINE_CHARACTERS = 500

/** What a program said last, bounded, and without its tokens. */
export class LastWords {
  readonly #lines: string[] = []

  add(words: string): void {
    // A message may itself have lines.
    for (const part of words.slice(0, 4 * MOST_LINE_CHARACTERS).split(/[\r\n]+/)) {
      const line = withoutTokens(stripVTControlCharacters(part)).trim()
      if (line === '' || line === this.#lines.at(-1)) continue
      this.#lines.push(line.slice(0, MOST_LINE_CHARACTERS))
      if (this.#lines.length > KEPT_LINES) this.#lines.shift()
    }
  }

  /** All that is kept, to look for known words in. */
  all(): string {
    return this.#lines.join('\n')
  }

  /** As much as fits into a sentence. */
  shown(): string {
    const lines = this.#lines.slice(-SHOWN_LINES).map((line) => line.slice(0, 200))
    return lines.length === 0 ? 'it said nothing' : lines.join(' / ')
  }
}

/** ngrok repeats a token that it refuses; others are known by their length. */
export function withoutTokens(text: string): string {
  return text.replace(/(token\s*:\s*)\S+/gi, '$1***').replace(/[A-Za-z0-9_+=]{24,}/g, '***')
}
