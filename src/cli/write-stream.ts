import type {Screen} from './look.js'

export type WriteStream = Screen & {
  write(text: string): unknown
  /** `done` is called once the text has left, or with why it could not. */
  write(text: string, encoding: 'utf8', done: (failure?: Error | null) => void): unknown
}

/**
 * Writes a document that may be too long for one string, each piece once the one before it has left.
 * Whoever closes the pipe has seen enough: then the rest is not even made.
 */
export async function writePieces(stream: WriteStream, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    const failure = await new Promise<Error | null | undefined>((resolve) => {
      stream.write(piece, 'utf8', resolve)
    })
    if (failure) return
  }
}
