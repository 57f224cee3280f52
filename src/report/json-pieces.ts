/** So much text is handed on at a time. */
const PIECE_CHARACTERS = 64 * 1024

/**
 * A report as one line of JSON, in pieces. Of 100,000 calls, the most of a run, it is 140 MB where the
 * scenario is basic and 360 MB where it is sales; of longer calls it would be more than a string can be,
 * which ends short of 512 MB. Its lists are taken item by item; all else is small.
 */
export function* jsonPieces(document: object): Generator<string> {
  let piece = ''
  for (const part of partsOf(document)) {
    piece += part
    if (piece.length < PIECE_CHARACTERS) continue
    yield piece
    piece = ''
  }
  yield `${piece}\n`
}

function* partsOf(document: object): Generator<string> {
  let before = '{'
  // Each is unknown, which Object.entries calls any.
  for (const [name, value] of Object.entries(document) as [string, unknown][]) {
    if (value === undefined) continue
    yield `${before}${JSON.stringify(name)}:`
    if (Array.isArray(value)) yield* itemsOf(value)
    else yield JSON.stringify(value)
    before = ','
  }
  yield before === '{' ? '{}' : '}'
}

function* itemsOf(list: readonly unknown[]): Generator<string> {
  let before = '['
  for (const item of list) {
    yield `${before}${item === undefined ? 'null' : JSON.stringify(item)}`
    before = ','
  }
  yield before === '[' ? '[]' : ']'
}
