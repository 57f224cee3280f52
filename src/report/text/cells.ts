/** Text measured in terminal cells: a Devanagari vowel sign takes none, a Chinese character two. */

const NO_CELL = /[\p{Mn}\p{Me}\p{Cf}]/u
const TWO_CELLS =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

export function cellWidth(text: string): number {
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

/** The text, cut with an ellipsis when it takes more than `width` cells. */
export function fit(text: string, width: number, {ascii}: {ascii: boolean}): string {
  if (cellWidth(text) <= width) return text
  const ellipsis = ascii ? '...' : '…'
  return takeCells(text, width - ellipsis.length).trimEnd() + ellipsis
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cellWidth(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - cellWidth(text))) + text
}

/** Lines of at most `width` cells, broken at spaces; a word that is longer is left whole, to be copied. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && cellWidth(longer) > width) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...lines, line]
}

/** `first` and the text, wrapped so that each further line starts under the text. */
export function hang(first: string, text: string, width: number): readonly string[] {
  const indent = cellWidth(first)
  const lines = wrap(text, Math.max(20, width - indent))
  return lines.map((line, at) => (at === 0 ? first : ' '.repeat(indent)) + line)
}

function takeCells(text: string, width: number): string {
  let taken = ''
  let used = 0
  for (const character of text) {
    used += widthOf(character)
    if (used > width) break
    taken += character
  }
  return taken
}

function widthOf(character: string): number {
  if (NO_CELL.test(character)) return 0
  return TWO_CELLS.test(character) ? 2 : 1
}
