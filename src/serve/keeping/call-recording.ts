import {rename, rm, writeFile} from 'node:fs/promises'
import {basename, join} from 'node:path'

import type {Clock} from '../../clock.js'
import type {Logger} from '../../log.js'
import {decodePayload} from '../../protocol/payload.js'
import {JournalFile} from '../../record/journal-file.js'
import {makeKeptFolder} from '../../record/kept-folder.js'
import {safeName} from '../../record/safe-name.js'
import {StereoTrack} from '../../record/stereo-track.js'
import {WavWriter} from '../../record/wav-writer.js'
import {type Loss, WriteBudget} from '../../record/write-budget.js'
import type {BotStreamEvent, StreamEnded, StreamIdentity} from '../../stream/bot/stream-watch.js'
import {bytesToPcm} from '../../stream/codec.js'
import {Early} from './early.js'
import {journalLine, shownIdentity, shownValue} from './journal-lines.js'
import {type KeptCall, type KeptCounts, type KeptStream, NOTHING_KEPT} from './kept-call.js'

export const RECORDING = 'call.wav'
export const RECORD = 'call.json'
const JOURNAL = 'journal.ndjson'

/** With what waits for its time, less than a second is lost with the process. */
const PIECE_MS = 250
/** A quarter of an hour that comes in one burst; no call may take the room of all others. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024

type Files = {readonly folder: string; readonly wav: WavWriter; readonly journal: JournalFile}

type Call = {
  readonly identity: StreamIdentity
  readonly track: StereoTrack
  /** The first sample of the track: of `atMs`, and on the clock. */
  readonly startedAtMs: number
  readonly startedAt: number
  /** Resolves once there are files, or there was a failure. */
  readonly opening: Promise<void>
}

type RecordingOptions = {
  readonly dir: string
  readonly stream: KeptStream
  readonly clock: Clock
  readonly log: Logger
  /** What waits for the disk, over all calls. */
  readonly budget: WriteBudget
}

/** One call on disk: what both sides said as a stereo WAV, what happened as a journal, and how it ended. */
export class CallRecording implements KeptCall {
  readonly #options: RecordingOptions
  readonly #budget: WriteBudget
  readonly #early: Early
  readonly #earlyLosses = new Set<Loss>()
  #log: Logger
  #call: Call | undefined
  #files: Files | undefined
  #identity: StreamIdentity | undefined
  #ended: StreamEnded | undefined
  #failure: unknown
  #lostLines = 0
  #lostSamples = 0
  #finishing: Promise<void> | undefined

  constructor(options: RecordingOptions) {
    this.#options = options
    this.#log = options.log
    this.#budget = new WriteBudget(MOST_WAITING_BYTES, options.budget)
    this.#early = new Early(this.#budget)
  }

  get folder(): string | undefined {
    return this.#files?.folder
  }

  get counts(): KeptCounts {
    const {sampleRateHz = 1} = this.#identity ?? {}
    // Of two channels each.
    const samples = this.#lostSamples + (this.#files?.wav.droppedSamples ?? 0)
    return {
      ...NOTHING_KEPT,
      recordings: this.#call ? 1 : 0,
      recordingsStopped: this.#failure === undefined ? 0 : 1,
      recordingLostMs:
        Math.round((samples * 500) / sampleRateHz) + (this.#call?.track.droppedMs ?? 0),
      journalLinesLost: this.#lostLines + (this.#files?.journal.dropped ?? 0),
    }
  }

  watch(event: BotStreamEvent): void {
    if (this.#finishing) return
    if (event.type === 'started') this.#start(event)
    if ('identity' in event) this.#identity = event.identity
    if (event.type === 'closed') this.#ended = event.ended
    const line = journalLine(event)
    if (line) this.#writeLine(line)
    if (this.#call) keepAudio(event, this.#call)
    if (event.type === 'closed') void this.finish()
  }

  tick(): void {
    if (!this.#call || this.#finishing) return
    const {track, startedAt} = this.#call
    track.advance(this.#options.clock.now() - startedAt)
    this.#noteFailure()
  }

  finish(): Promise<void> {
    this.#finishing ??= this.#finish().catch((error: unknown) => {
      this.#failed(error)
    })
    return this.#finishing
  }

  #start({atMs, identity}: BotStreamEvent & {type: 'started'}): void {
    if (this.#call) return
    const {streamSid, callSid} = identity
    this.#log = this.#log.child({streamSid, callSid})
    const track = new StereoTrack({
      sampleRateHz: identity.sampleRateHz,
      write: (both) => {
        this.#writeAudio(both)
      },
    })
    const opening = this.#open(identity).catch((error: unknown) => {
      this.#failed(error)
      this.#loseEarly()
    })
    const startedAt = this.#options.clock.now()
    this.#call = {identity, track, startedAtMs: atMs, startedAt, opening}
  }

  async #open({callSid, streamSid, sampleRateHz}: StreamIdentity): Promise<void> {
    const {dir, stream} = this.#options
    const time = stream.startedAt.toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '')
    const sid = safeName(callSid === '' ? streamSid : callSid)
    const connection = safeName(stream.connection)
    const folder = await makeKeptFolder(dir, `${time}-${sid}-${connection}`, connection)
    const format = {sampleRateHz, channels: 2}
    const budget = this.#budget
    const wav = WavWriter.open(join(folder, RECORDING), format, {pieceMs: PIECE_MS, budget})
    const journal = JournalFile.open(join(folder, JOURNAL), budget)
    const {lines, audio} = this.#early.take()
    for (const line of [this.#firstLine(), ...lines]) journal.write(line)
    for (const both of audio) wav.write(both)
    this.#files = {folder, wav, journal}
  }

  #firstLine(): object {
    return shownValue({type: 'call', journalVersion: 1, ...this.#options.stream})
  }

  #writeLine(line: object): void {
    if (this.#files) this.#files.journal.write(line)
    else if (this.#failure !== undefined) this.#lostLines += 1
    else if (!this.#early.line(line, this.#call !== undefined)) {
      this.#lostLines += 1
      this.#earlyLosses.add('queue-full')
    }
  }

  #writeAudio(both: Int16Array): void {
    if (this.#files) this.#files.wav.write(both)
    else if (this.#failure !== undefined) this.#lostSamples += both.length
    else if (!this.#early.audio(both)) {
      this.#lostSamples += both.length
      this.#earlyLosses.add('queue-full')
    }
  }

  #loseEarly(): void {
    const {lines, audio} = this.#early.take()
    this.#lostLines += lines.length
    for (const both of audio) this.#lostSamples += both.length
  }

  async #finish(): Promise<void> {
    await this.#call?.opening
    if (!this.#call || !this.#files) {
      // What it still has is lost, and counted.
      while (this.#call?.track.end()) continue
      this.#loseEarly()
      return
    }
    const {folder, wav, journal} = this.#files
    // Piece by piece: a bot may be further ahead than what may wait for a disk.
    while (this.#call.track.end()) await wav.written()
    await Promise.all([wav.close(), journal.close()])
    this.#noteFailure()
    const {recordingLostMs, journalLinesLost} = this.counts
    const lost = {audioMs: recordingLostMs, journalLines: journalLinesLost, why: this.#whyLost()}
    const isWhole = recordingLostMs + journalLinesLost === 0
    const record = await this.#writeRecord(folder, lost).then(
      () => RECORD,
      (error: unknown) => {
        this.#failed(error)
        return undefined
      },
    )
    const values = {folder: basename(folder)}
    if (isWhole && record) this.#log.info(values, 'recording kept')
    else {
      const missing = record ? {} : {missing: RECORD}
      this.#log.warn({...values, lost, ...missing}, 'recording kept, but not whole')
    }
  }

  #whyLost(): readonly Loss[] {
    const {wav, journal} = this.#files ?? {}
    const isOver = (this.#call?.track.droppedMs ?? 0) > 0
    return [
      ...new Set([
        ...this.#earlyLosses,
        ...(wav?.losses ?? []),
        ...(journal?.losses ?? []),
        ...(isOver ? (['over-limit'] as const) : []),
      ]),
    ]
  }

  /** Whole or not at all: written under another name first. */
  async #writeRecord(folder: string, lost: object): Promise<void> {
    const record = {
      recordVersion: 1,
      ...shownValue(this.#options.stream),
      identity: this.#identity && shownIdentity(this.#identity),
      ended: this.#ended && shownValue(this.#ended),
      files: {recording: RECORDING, journal: JOURNAL},
      lost,
    }
    const path = join(folder, RECORD)
    const part = `${path}.part`
    try {
      await writeFile(part, `${JSON.stringify(record, undefined, 2)}\n`, {mode: 0o600})
      await rename(part, path)
    } catch (error) {
      await rm(part, {force: true})
      throw error
    }
  }

  #noteFailure(): void {
    const failure = this.#files?.wav.failure ?? this.#files?.journal.failure
    if (failure) this.#failed(failure)
  }

  #failed(error: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    const values = {category: 'ERROR', err: error}
    this.#log.error(values, 'the recording of this call has stopped; the call goes on')
  }
}

function keepAudio(event: BotStreamEvent, {track, startedAtMs}: Call): void {
  const atMs = event.atMs - startedAtMs
  if (event.type === 'audio') track.caller(event.pcm, atMs)
  if (event.type !== 'sent') return
  const {message, codec} = event
  if (message.event === 'clear') track.clear(atMs)
  if (message.event !== 'media') return
  track.bot(bytesToPcm(decodePayload(message.payload, codec).bytes, codec), atMs)
}
