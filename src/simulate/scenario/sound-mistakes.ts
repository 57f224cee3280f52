import {ExostreamError} from '../../errors.js'

/**
 * What cannot be read is told with all that is wrong.
 * @param refused is told why, instead of its being thrown
 */
export async function attempt<T>(
  read: () => Promise<T>,
  refused: (error: ExostreamError) => void,
): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ExostreamError)) throw error
    refused(error)
    return undefined
  }
}

/**
 * The one error for several sounds, and nothing else that is wrong: EXO_AUDIO_UNREADABLE if it is any
 * of theirs, else the first.
 * @param told a line for each, told once
 */
export function refusedSounds(
  errors: readonly ExostreamError[],
  told: readonly string[],
): ExostreamError {
  const [first] = errors
  const worst = errors.find(({code}) => code === 'EXO_AUDIO_UNREADABLE') ?? first
  const lines = [...new Set(told)].join('\n')
  return new ExostreamError(worst?.code ?? 'EXO_AUDIO_UNREADABLE', lines, {cause: first?.cause})
}

/** The sentence of such an error, after the word "expected". */
export function expectedSound({code, message}: ExostreamError): string {
  if (code === 'EXO_AUDIO_UNREADABLE') return `a WAV file that can be read; ${message}`
  const why = `${message.charAt(0).toLowerCase()}${message.slice(1)}`
  return `a text that can be spoken; ${why.replace(/\.$/, '')}`
}
