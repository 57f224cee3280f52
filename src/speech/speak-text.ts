import {createHash} from 'node:crypto'

import {bytesToPcm16, pcm16ToBytes} from '../audio/pcm16.js'
import {readWavHeader, WAV_HEADER_BYTES, wavHeader} from '../audio/wav.js'
import {WAV_FORMAT} from '../audio/wav-format.js'
import {ExostreamError} from '../errors.js'
import {openCache} from './cache.js'
import {type Engine, findEngine, type Language} from './engines.js'

export type Words = {readonly text: string; readonly language?: Language}

export type SpeechOptions = {
  /** Where what was spoken is kept; a folder of ours below the system's temporary one when absent. */
  readonly cacheDir?: string
  /** Where programs are looked for, as in PATH; that of this process when absent. */
  readonly path?: string
  readonly signal?: AbortSignal
}

export type Spoken = {
  readonly pcm: Int16Array
  readonly sampleRateHz: number
  readonly engine: Engine['name']
}

/** More is a page, not a line of a call. */
export const MOST_TEXT_CHARACTERS = 500

/**
 * Text as speech: mono 16-bit PCM at the rate of the program that spoke it.
 * @param words at most 500 characters, of English unless said
 * @throws ExostreamError EXO_NO_SPEECH when nothing on this machine speaks the language, EXO_SPEECH_FAILED
 *   when what does could not, or said nothing
 */
export async function speakText(
  {text, language = 'en'}: Words,
  {cacheDir, path, signal}: SpeechOptions = {},
): Promise<Spoken> {
  if (text.length > MOST_TEXT_CHARACTERS) {
    throw new RangeError(
      `${String(text.length)} characters are more than ${String(MOST_TEXT_CHARACTERS)}`,
    )
  }
  const engine = await findEngine(language, path)
  if (!engine) throw nobodySpeaks(language)
  const cache = await openCache(cacheDir)
  const key = keyOf(engine, text)
  const kept = pcmOf(wholeOf(await cache.read(key)))
  if (kept) return {...kept, engine: engine.name}
  const spoken = pcmOf(await engine.speak(text, signal))
  if (!spoken) {
    const quoted = JSON.stringify(text.slice(0, 60))
    throw new ExostreamError('EXO_SPEECH_FAILED', `${engine.name} said nothing for ${quoted}.`)
  }
  await cache.write(key, wavOf(spoken))
  return {...spoken, engine: engine.name}
}

function nobodySpeaks(language: Language): ExostreamError {
  const message =
    language === 'en'
      ? 'A text needs espeak-ng or flite to speak it, and neither is installed.'
      : 'A text in Hindi needs espeak-ng to speak it, which is not installed.'
  return new ExostreamError('EXO_NO_SPEECH', message)
}

function keyOf({name, version, voice}: Engine, text: string): string {
  return createHash('sha256')
    .update(JSON.stringify([name, version, voice, text]))
    .digest('hex')
}

type Audio = Omit<Spoken, 'engine'>

/** Undefined for anything but mono 16-bit PCM with samples in it: what is kept may be damaged. */
function pcmOf(bytes: Uint8Array | undefined): Audio | undefined {
  if (!bytes) return undefined
  const header = readWavHeader(bytes)
  if ('problem' in header) return undefined
  const {formatTag, channels, bitsPerSample, sampleRateHz, dataOffset, dataBytes} = header
  const isPlain = formatTag === WAV_FORMAT.pcm && channels === 1 && bitsPerSample === 16
  if (!isPlain || dataBytes === 0 || sampleRateHz < 8000 || sampleRateHz > 48_000) return undefined
  return {pcm: bytesToPcm16(bytes.subarray(dataOffset, dataOffset + dataBytes)), sampleRateHz}
}

/** Undefined for a file that is not as long as it says. */
function wholeOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (!bytes || bytes.length < WAV_HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.getUint32(40, true) === bytes.length - WAV_HEADER_BYTES ? bytes : undefined
}

function wavOf({pcm, sampleRateHz}: Audio): Uint8Array {
  const header = wavHeader({sampleRateHz, channels: 1, dataBytes: pcm.length * 2})
  return Buffer.concat([header, pcm16ToBytes(pcm)])
}
