import {rename, rm, writeFile} from 'node:fs/promises'
import {basename, join} from 'node:path'

import {dbfs} from '../../audio/level.js'
import {pcm16ToBytes} from '../../audio/pcm16.js'
import {wavHeader} from '../../audio/wav.js'
import type {Logger} from '../../log.js'
import type {MediaMessage} from '../../protocol/messages.js'
import {JournalFile} from '../../record/journal-file.js'
import {makeKeptFolder} from '../../record/kept-folder.js'
import {safeName} from '../../record/safe-name.js'
import type {Loss, WriteBudget} from '../../record/write-budget.js'
import type {BotStreamEvent, StreamIdentity} from '../../stream/bot/stream-watch.js'
import type {Codec} from '../../stream/codec.js'
import {type KeptCall, type KeptCounts, type KeptStream, NOTHING_KEPT} from './kept-call.js'
import type {WriteQueue} from './write-queue.js'

export type DumpFormat = 'wav' | 'raw'

/** An hour of 20 ms, which is as long as a session gets. */
const MOST_CHUNKS = 180_000
/** A caller who floods must not fill the disk. */
const MOST_BYTES = 1024 * 1024 * 1024
/** What digital silence is called: less than one bit of sixteen. */
const SILENCE_DBFS = -96

type DumpOptions = {
  readonly dir: string
  readonly format: DumpFormat
  readonly queue: WriteQueue
  /** What waits for the disk of lines, over all calls. */
  readonly budget: WriteBudget
  readonly stream: KeptStream
  readonly log: Logger
  readonly mostChunks?: number
}

/** A media message as it waits for the disk. */
type Chunk = {
  readonly number: number
  readonly atMs: number
  readonly sequence: number | undefined
  readonly chunk: number | undefined
  readonly pcm: Int16Array
  /** As they were received. */
  readonly bytes: Uint8Array
  readonly codec: Codec
  readonly sampleRateHz: number
}

/** Each media message of one call as a file of its own, and a line on each in an index. */
export class CallDump implements KeptCall {
  readonly #options: DumpOptions
  readonly #lost: Record<Loss, number> = {'queue-full': 0, 'disk-error': 0, 'over-limit': 0}
  #log: Logger
  #identity: StreamIdentity | undefined
  #opening: Promise<void> | undefined
  #folder: string | undefined
  #index: JournalFile | undefined
  #waiting: Chunk[] = []
  #work: Promise<void> | undefined
  #seen = 0
  #takenBytes = 0
  #written = {chunks: 0, bytes: 0}
  #failure: unknown
  #isIndexFailed = false
  #finishing: Promise<void> | undefined

  constructor(options: DumpOptions) {
    this.#options = options
    this.#log = options.log
  }

  get folder(): string | undefined {
    return this.#folder
  }

  get counts(): KeptCounts {
    return {
      ...NOTHING_KEPT,
      chunks: this.#written.chunks,
      chunkBytes: this.#written.bytes,
      chunksLostQueueFull: this.#lost['queue-full'],
      chunksLostDiskError: this.#lost['disk-error'],
      chunksLostOverLimit: this.#lost['over-limit'],
      indexLinesLost: this.#index?.dropped ?? 0,
    }
  }

  watch(event: BotStreamEvent): void {
    if (this.#finishing) return
    if (event.type === 'started' && !this.#opening) {
      const {streamSid, callSid} = event.identity
      this.#log = this.#log.child({streamSid, callSid})
      this.#identity = event.identity
      this.#opening = this.#open(event.identity).catch((error: unknown) => {
        this.#failed(error)
      })
    }
    if (event.type === 'audio') this.#take(event)
    if (event.type === 'closed') void this.finish()
  }

  tick(): void {
    // A chunk is written when it comes.
  }

  finish(): Promise<void> {
    this.#finishing ??= this.#finish().catch((error: unknown) => {
      this.#failed(error)
    })
    return this.#finishing
  }

  async #open({callSid, streamSid}: StreamIdentity): Promise<void> {
    const {dir, stream} = this.#options
    const sid = [callSid, streamSid, stream.connection].find((id) => id !== '') ?? ''
    const folder = await makeKeptFolder(dir, safeName(sid), safeName(stream.connection))
    this.#index = JournalFile.open(join(folder, 'index.ndjson'), this.#options.budget)
    this.#folder = folder
  }

  #take({atMs, message, pcm, bytes, codec}: BotStreamEvent & {type: 'audio'}): void {
    const {queue, mostChunks = MOST_CHUNKS} = this.#options
    this.#seen += 1
    const held = heldBytes({pcm, bytes})
    const isOver = this.#seen > mostChunks || this.#takenBytes + held > MOST_BYTES
    if (isOver && this.#lost['over-limit'] === 0) {
      this.#log.warn({chunks: this.#seen - 1}, 'the dump of this call ends; it has its most')
    }
    if (isOver) this.#lost['over-limit'] += 1
    else if (this.#failure !== undefined) this.#lost['disk-error'] += 1
    else if (!queue.take(held)) this.#lost['queue-full'] += 1
    else {
      this.#takenBytes += held
      const {sampleRateHz = 8000} = this.#identity ?? {}
      const {sequence, chunk} = numbersOf(message)
      // Copies: the stream goes on with its own.
      const audio = {pcm: pcm.slice(), bytes: bytes.slice(), codec, sampleRateHz}
      this.#waiting.push({number: this.#seen, atMs, sequence, chunk, ...audio})
      this.#work ??= this.#drain().catch((error: unknown) => {
        this.#failed(error)
      })
    }
  }

  /** One after another, so that the index is in order. */
  async #drain(): Promise<void> {
    await this.#opening
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const chunk = next
      await this.#options.queue.write(() => this.#write(chunk))
      this.#options.queue.give(heldBytes(chunk))
    }
    this.#work = undefined
  }

  async #write(chunk: Chunk): Promise<void> {
    const folder = this.#folder
    if (folder === undefined || this.#failure !== undefined) {
      this.#lost['disk-error'] += 1
      return
    }
    const {name, data} = fileOf(chunk, this.#options.format)
    const part = join(folder, `${name}.part`)
    try {
      // Under another name first, so that whoever is killed leaves no half of a WAV.
      await writeFile(part, data, {mode: 0o600})
      await rename(part, join(folder, name))
    } catch (error) {
      this.#lost['disk-error'] += 1
      this.#failed(error)
      await rm(part, {force: true}).catch(() => undefined)
      return
    }
    this.#written.chunks += 1
    this.#written.bytes += data.length
    this.#index?.write(indexLine(chunk, name, this.#options.format))
    this.#noteIndexFailure()
  }

  async #finish(): Promise<void> {
    await this.#opening
    await this.#work
    await this.#index?.close()
    this.#noteIndexFailure()
    if (this.#seen === 0) return
    const all = {...this.#lost, 'index-lines': this.#index?.dropped ?? 0}
    const lost = Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0))
    const folder = this.#folder === undefined ? undefined : basename(this.#folder)
    const values = {category: 'MEDIA', folder, chunks: this.#written.chunks}
    if (Object.keys(lost).length === 0) this.#log.info(values, 'audio dumped')
    else this.#log.warn({...values, lost}, 'audio dumped, but not whole')
  }

  #noteIndexFailure(): void {
    const failure = this.#index?.failure
    if (!failure || this.#isIndexFailed) return
    this.#isIndexFailed = true
    const values = {category: 'ERROR', err: failure}
    this.#log.error(values, 'the index of this dump has stopped; chunks and the call go on')
  }

  #failed(error: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    const values = {category: 'ERROR', err: error}
    this.#log.error(values, 'the audio dump of this call has stopped; the call goes on')
  }
}

function heldBytes({pcm, bytes}: Pick<Chunk, 'pcm' | 'bytes'>): number {
  return pcm.byteLength + bytes.byteLength
}

function numbersOf({sequenceNumber, chunk}: MediaMessage): Pick<Chunk, 'sequence' | 'chunk'> {
  return {sequence: sequenceNumber, chunk}
}

function fileOf(
  {number, pcm, bytes, codec, sampleRateHz}: Chunk,
  format: DumpFormat,
): {name: string; data: Uint8Array} {
  // By our own count: what the caller says of itself may be anything.
  const stem = `chunk-${String(number).padStart(6, '0')}`
  if (format === 'raw') return {name: `${stem}.${codec === 'ulaw' ? 'ulaw' : 'raw'}`, data: bytes}
  const samples = pcm16ToBytes(pcm)
  const header = wavHeader({sampleRateHz, channels: 1, dataBytes: samples.length})
  return {name: `${stem}.wav`, data: Buffer.concat([header, samples])}
}

function indexLine(chunk: Chunk, file: string, format: DumpFormat): object {
  const {sequence, chunk: number, bytes, pcm, codec, sampleRateHz, atMs} = chunk
  return {
    sequence,
    chunk: number,
    file,
    /** Of audio, as they were received. */
    bytes: bytes.length,
    sampleRateHz,
    format: format === 'wav' ? 'pcm16' : codec,
    durationMs: Number(((pcm.length * 1000) / sampleRateHz).toFixed(3)),
    levelDbfs: Number(Math.max(SILENCE_DBFS, dbfs(pcm)).toFixed(1)),
    atMs: Math.round(atMs),
  }
}
