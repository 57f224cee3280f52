import {bytesToPcm16} from '../audio/pcm16.js'
import {readWavHeader} from '../audio/wav.js'
import {ExostreamError} from '../errors.js'
import {readAudioFile} from './wav-reader.js'

/** A kept call: the caller as sent, the bot as heard, of equal length. */
export type Recording = {
  readonly caller: Int16Array
  readonly heard: Int16Array
  readonly sampleRateHz: number
}

/**
 * Reads a recording that exostream kept: a WAV of 16-bit PCM, left the caller, right the bot as heard.
 * @throws ExostreamError EXO_AUDIO_UNREADABLE when it is something else
 */
export async function readRecording(path: string): Promise<Recording> {
  const bytes = await readAudioFile(path)
  const header = readWavHeader(bytes)
  if ('problem' in header || header.channels !== 2 || header.bitsPerSample !== 16) {
    throw new ExostreamError('EXO_AUDIO_UNREADABLE', `${path} is not a recording of a call.`)
  }
  const {dataOffset, dataBytes, sampleRateHz} = header
  const both = bytesToPcm16(bytes.subarray(dataOffset, dataOffset + dataBytes))
  const frames = both.length / 2
  const caller = new Int16Array(frames)
  const heard = new Int16Array(frames)
  for (let frame = 0; frame < frames; frame += 1) {
    caller[frame] = both[frame * 2] ?? 0
    heard[frame] = both[frame * 2 + 1] ?? 0
  }
  return {caller, heard, sampleRateHz}
}
