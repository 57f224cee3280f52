import {ExostreamError} from '../errors.js'

/**
 * What each of the readers gives; when one fails the others are still asked, so that every mistake is told at once.
 * @throws ExostreamError of the one that failed; of several EXO_USAGE, a line each
 */
export function readAll<T extends object>(readers: {
  readonly [Name in keyof T]: () => T[Name]
}): T {
  const mistakes: ExostreamError[] = []
  const read = Object.entries<() => unknown>(readers).map(([name, reader]) => {
    try {
      return [name, reader()] as const
    } catch (error) {
      if (!(error instanceof ExostreamError)) throw error
      mistakes.push(error)
      return [name, undefined] as const
    }
  })
  const [first, second] = mistakes
  if (first && !second) throw first
  if (first) {
    const cause: unknown = mistakes.find((mistake) => mistake.cause !== undefined)?.cause
    const sentences = mistakes.map(({message}) => message).join('\n')
    throw new ExostreamError('EXO_USAGE', sentences, {cause})
  }
  // The cast says what was just done: every reader has given its own.
  return Object.fromEntries(read) as T
}
