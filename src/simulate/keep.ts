import {rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {ExostreamError} from '../errors.js'
import type {StreamEvent} from '../protocol/events.js'
import {JournalFile} from '../record/journal-file.js'
import {interleave, WavWriter} from '../record/wav-writer.js'
import {jsonPieces} from '../report/json-pieces.js'
import {namedFrom} from '../report/kept-paths.js'
import type {RunReport} from '../report/report.js'
import {makeFolders} from '../workspace.js'
import type {JournalFooter, JournalHeader} from './journal.js'

export type Artifacts = {readonly recording?: string; readonly journal?: string}

type Kept = {readonly artifacts: Artifacts; readonly problems: readonly string[]}

/** What is kept of one call while it runs. */
export type Keeper = {
  /** What stands before the first event; a call that was never opened leaves nothing. */
  header(header: JournalHeader): void
  event(event: StreamEvent): void
  audio(caller: Int16Array, heard: Int16Array): void
  /** What stands behind the last event. */
  footer(footer: JournalFooter): void
  /** Finishes the files; one that failed is left out, with its reason in `problems`. */
  close(): Promise<Kept>
}

/** Keeps a stereo WAV (left the caller, right the bot as heard) and the journal in the folder. */
export async function keepIn(folder: string, sampleRateHz: number): Promise<Keeper> {
  await makeFolder(folder)
  return new FolderKeeper(folder, sampleRateHz)
}

type Files = {readonly wav: WavWriter; readonly lines: JournalFile}

class FolderKeeper implements Keeper {
  readonly #recording: string
  readonly #journal: string
  #sampleRateHz: number
  #first: JournalHeader | undefined
  #files: Files | undefined

  constructor(folder: string, sampleRateHz: number) {
    this.#recording = join(folder, 'call.wav')
    this.#journal = join(folder, 'journal.ndjson')
    this.#sampleRateHz = sampleRateHz
  }

  header(header: JournalHeader): void {
    this.#first = header
  }

  event(event: StreamEvent): void {
    // What a dynamic URL names may be at another rate than the plan.
    if (event.type === 'call') this.#sampleRateHz = event.sampleRateHz
    this.#open().lines.write(event)
  }

  audio(caller: Int16Array, heard: Int16Array): void {
    this.#open().wav.write(interleave(caller, heard))
  }

  footer(footer: JournalFooter): void {
    this.#files?.lines.write(footer)
  }

  async close(): Promise<Kept> {
    if (!this.#files) return {artifacts: {}, problems: []}
    const {wav, lines} = this.#files
    await Promise.all([wav.close(), lines.close()])
    const artifacts = {
      ...(wav.failure ? {} : {recording: this.#recording}),
      ...(lines.failure ? {} : {journal: this.#journal}),
    }
    const problems = [
      ...problem('recording', wav.failure, wav.droppedSamples),
      ...problem('journal', lines.failure, lines.dropped),
    ]
    return {artifacts, problems}
  }

  /** With the first event, because a call that was never opened leaves nothing to keep. */
  #open(): Files {
    if (this.#files) return this.#files
    const wav = WavWriter.open(this.#recording, {sampleRateHz: this.#sampleRateHz, channels: 2})
    const lines = JournalFile.open(this.#journal)
    if (this.#first) lines.write(this.#first)
    this.#files = {wav, lines}
    return this.#files
  }
}

function problem(what: string, failure: Error | undefined, dropped: number): readonly string[] {
  if (!failure && dropped === 0) return []
  return [`The ${what} is incomplete: ${failure?.message ?? 'the disk did not keep up'}.`]
}

export const keepNothing: Keeper = {
  header: () => undefined,
  event: () => undefined,
  footer: () => undefined,
  audio: () => undefined,
  close: () => Promise.resolve({artifacts: {}, problems: []}),
}

/** Whole or not at all: written under another name first. Its paths are named from the folder. */
export async function writeReport(folder: string, report: Partial<RunReport>): Promise<string> {
  await makeFolder(folder)
  const path = join(folder, 'report.json')
  const written = namedFrom(folder, report)
  try {
    await writeFile(`${path}.part`, textOf(written), {mode: 0o600})
    await rename(`${path}.part`, path)
  } catch (cause) {
    throw new ExostreamError('EXO_DATA_DIR', `The report could not be written to ${path}.`, {cause})
  }
  return path
}

/** That of a load run is for programs, and may be longer than a string can be. */
function textOf(report: Partial<RunReport>): string | Iterable<string> {
  return report.load ? jsonPieces(report) : `${JSON.stringify(report, undefined, 2)}\n`
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder, 0o700)
  } catch (cause) {
    throw new ExostreamError('EXO_DATA_DIR', `The folder ${folder} could not be made.`, {cause})
  }
}
