import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'vitest'

import {readWavHeader} from '../../src/audio/wav.js'
import type {StreamEvent} from '../../src/protocol/events.js'
import type {CallReport, RunReport} from '../../src/report/report.js'
import type {JournalLine} from '../../src/simulate/journal.js'

/** The only call that was kept below a folder's `.exostream/`. */
export async function onlyCallFolder(cwd: string): Promise<string> {
  const calls = join(cwd, '.exostream', 'calls')
  const names = await readdir(calls)
  expect(names).toHaveLength(1)
  return join(calls, names.join())
}

export async function readReport(folder: string): Promise<RunReport> {
  return JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as RunReport
}

export function onlyCall({calls}: RunReport): CallReport {
  const [call, ...others] = calls
  expect(others).toEqual([])
  if (!call) throw new Error('the report has no call')
  return call
}

/** The events between header and footer. Throws when a line is cut or is no JSON. */
export async function readJournal(folder: string): Promise<readonly StreamEvent[]> {
  const text = await readFile(join(folder, 'journal.ndjson'), 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalLine)
    .filter((line): line is StreamEvent => line.type !== 'run' && line.type !== 'end')
}

export type Recording = {
  readonly sampleRateHz: number
  readonly caller: Int16Array
  readonly bot: Int16Array
  /** What the header says less what is there; 0 when the file was finished. */
  readonly missingBytes: number
}

/** A stereo WAV of 16 bits, taken apart. */
export async function readRecording(folder: string): Promise<Recording> {
  const bytes = await readFile(join(folder, 'call.wav'))
  const header = readWavHeader(bytes)
  if ('problem' in header) throw new Error(header.problem)
  expect(header).toMatchObject({formatTag: 1, channels: 2, bitsPerSample: 16})
  const {dataOffset, dataBytes, sampleRateHz} = header
  const track = (offset: number) =>
    Int16Array.from({length: dataBytes / 4}, (_, at) =>
      bytes.readInt16LE(dataOffset + at * 4 + offset),
    )
  const declared = bytes.readUInt32LE(dataOffset - 4)
  return {
    sampleRateHz,
    caller: track(0),
    bot: track(2),
    missingBytes: declared - (bytes.length - dataOffset),
  }
}

/** The samples between two times of the call. */
export function between(
  track: Int16Array,
  {startMs, endMs}: {startMs: number; endMs: number},
  sampleRateHz: number,
): Int16Array {
  return track.subarray((startMs * sampleRateHz) / 1000, (endMs * sampleRateHz) / 1000)
}
