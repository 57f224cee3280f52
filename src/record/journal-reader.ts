import {createReadStream} from 'node:fs'

import {ExostreamError} from '../errors.js'

/** The largest message with both its text and its bytes, and room to spare. */
const MOST_LINE_BYTES = 128 * 1024 * 1024

const NEWLINE = 0x0a

/** A line of a journal, from 1; of a last line that was cut off there is no value. */
export type ReadLine =
  | {readonly number: number; readonly value: unknown}
  | {readonly number: number; readonly isCut: true}

/**
 * The lines of a file of one JSON value a line, one after another and never all at once.
 * @throws ExostreamError EXO_JOURNAL_INVALID, with the number of the line
 */
export async function* readJournalFile(path: string): AsyncGenerator<ReadLine> {
  let number = 0
  for await (const {bytes, isWhole} of linesOf(path)) {
    number += 1
    if (bytes.length === 0) continue
    const value = parse(bytes)
    if (value) yield {number, ...value}
    else if (isWhole) throw invalid(path, `line ${String(number)} is not JSON`)
    else yield {number, isCut: true}
  }
}

export function invalid(path: string, what: string, cause?: unknown): ExostreamError {
  return new ExostreamError('EXO_JOURNAL_INVALID', `${path}: ${what}.`, {cause})
}

function parse(bytes: Buffer): {readonly value: unknown} | undefined {
  try {
    return {value: JSON.parse(bytes.toString('utf8'))}
  } catch {
    return undefined
  }
}

type Line = {readonly bytes: Buffer; readonly isWhole: boolean}

/** Cut at the byte, because a character may lie over two pieces of the file. */
async function* linesOf(path: string): AsyncGenerator<Line> {
  let rest: Buffer[] = []
  let restBytes = 0
  for await (const piece of piecesOf(path)) {
    let from = 0
    for (;;) {
      const to = piece.indexOf(NEWLINE, from)
      if (to === -1) break
      yield {bytes: Buffer.concat([...rest, piece.subarray(from, to)]), isWhole: true}
      rest = []
      restBytes = 0
      from = to + 1
    }
    rest.push(piece.subarray(from))
    restBytes += piece.length - from
    if (restBytes > MOST_LINE_BYTES) throw invalid(path, 'a line is longer than any of a journal')
  }
  if (restBytes > 0) yield {bytes: Buffer.concat(rest), isWhole: false}
}

async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  try {
    // The cast says what a stream without an encoding gives.
    yield* createReadStream(path) as AsyncIterable<Buffer>
  } catch (cause) {
    throw invalid(path, 'it could not be read', cause)
  }
}
