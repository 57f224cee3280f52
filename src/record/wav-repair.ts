import {constants} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'

import {readWavHeader, WAV_HEADER_BYTES, wavHeader} from '../audio/wav.js'
import type {WavFormat} from './wav-writer.js'

/** Of a recording that was killed before its header: it has no sample, so any will do. */
const EMPTY: WavFormat = {sampleRateHz: 8000, channels: 2}
const BITS_PER_SAMPLE = 16

/**
 * Makes the header of a recording of ours say what is in the file, which a process that was killed
 * could not do any more. True when there was something to mend; what is not ours is left alone.
 */
export async function repairWav(path: string): Promise<boolean> {
  // Not through a link, which could lead to any file, nor into a pipe, which would wait.
  const flags = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags)
  try {
    return await repair(file)
  } finally {
    await file.close()
  }
}

async function repair(file: FileHandle): Promise<boolean> {
  const found = await file.stat()
  if (!found.isFile()) return false
  const header = Buffer.alloc(WAV_HEADER_BYTES)
  const {bytesRead} = await file.read(header, 0, WAV_HEADER_BYTES, 0)
  if (bytesRead < WAV_HEADER_BYTES) return await begin(file, header.subarray(0, bytesRead))
  const format = formatOf(header)
  if (!format) return false
  const frameBytes = (format.channels * BITS_PER_SAMPLE) / 8
  const present = found.size - WAV_HEADER_BYTES
  const dataBytes = present - (present % frameBytes)
  const mended = wavHeader({...format, dataBytes})
  if (header.equals(mended)) return false
  await file.write(mended, 0, WAV_HEADER_BYTES, 0)
  return true
}

/** Part of a header, or nothing yet. */
async function begin(file: FileHandle, part: Uint8Array): Promise<boolean> {
  const whole = wavHeader({...EMPTY, dataBytes: 0})
  const isOurs = Buffer.from(whole).subarray(0, 4).equals(part.subarray(0, 4)) || part.length === 0
  if (!isOurs) return false
  await file.write(whole, 0, WAV_HEADER_BYTES, 0)
  return true
}

/** Of a header as we write it, the samples right behind it; its sizes may say anything. */
function formatOf(header: Buffer): WavFormat | undefined {
  const found = readWavHeader(header)
  if ('problem' in found || found.dataOffset !== WAV_HEADER_BYTES) return undefined
  if (found.formatTag !== 1 || found.bitsPerSample !== BITS_PER_SAMPLE) return undefined
  return {sampleRateHz: found.sampleRateHz, channels: found.channels}
}
