import {join} from 'node:path'

import type {StreamEvent} from '../../../protocol/events.js'
import type {CallReport} from '../../../report/report.js'
import {PACKET_MS} from '../../../protocol/limits.js'
import {Spool} from '../../../record/spool.js'
import {SpoolTrack} from '../../../record/spool-track.js'
import {WavWriter} from '../../../record/wav-writer.js'
import {silence} from '../../../stream/exotel/playout.js'
import {type Keeper, keepNothing} from '../../keep.js'
import type {CallEnded, CallOrder, KeptRecordings, WantedRecording} from '../crew/crew.js'
import {byWorst, mayBeWorst, MOST_WORST} from './worst.js'

/** Two hours of one call, or two minutes of sixty: of all threads together. */
export const MOST_SPOOLED_BYTES = 2 * 1024 ** 3

type LineNoise = (samplesPerPacket: number) => readonly Int16Array[]

type Heard = {readonly track: SpoolTrack; readonly sampleRateHz: number}
type Kept = Heard & {readonly report: CallReport}

/**
 * What was heard in the calls of a thread, until it is known which of them were the worst: the ten
 * worst of each thread are enough to find the ten worst of all.
 */
class WorstAudio {
  readonly #spool: Spool
  readonly #live = new Map<number, Heard>()
  #worst: Kept[] = []

  constructor(spool: Spool) {
    this.#spool = spool
  }

  /**
   * Hears a call that might become one of the worst.
   * @param noise of the line, which need not be kept
   */
  keeperFor({index, isOverload}: CallOrder, noise: LineNoise): Keeper {
    if (index < 0 || isOverload) return keepNothing
    let track: SpoolTrack | undefined
    return {
      ...keepNothing,
      // The first event of a stream, before any audio of it.
      event: (event: StreamEvent) => {
        if (event.type !== 'call') return
        // What a dynamic URL names may be at another rate than the plan.
        const {sampleRateHz} = event
        const samples = (sampleRateHz * PACKET_MS) / 1000
        track = new SpoolTrack(this.#spool, {left: noise(samples), right: [silence(samples)]})
        this.#live.set(index, {track, sampleRateHz})
      },
      audio(caller, played) {
        track?.write(caller, played)
      },
    }
  }

  /** Lets go of the call, or of the one that it pushes out of the worst. */
  ended(ended: Pick<CallEnded, 'order' | 'report' | 'opened'>): void {
    const {order, report} = ended
    const heard = this.#live.get(order.index)
    if (!heard) return
    this.#live.delete(order.index)
    if (!mayBeWorst(ended)) {
      heard.track.free()
      return
    }
    const all = [...this.#worst, {...heard, report}].sort((one, other) =>
      byWorst(one.report, other.report),
    )
    this.#worst = all.slice(0, MOST_WORST)
    for (const {track} of all.slice(MOST_WORST)) track.free()
  }

  /** As WAV files, left the caller and right the bot as heard. */
  async keep(wanted: readonly WantedRecording[]): Promise<KeptRecordings> {
    const kept: number[] = []
    const problems: string[] = []
    for (const {index, path} of wanted) {
      const call = this.#worst.find(({report}) => report.index === index)
      if (!call) continue
      const failure = await writeWav(call, path)
      if (failure) problems.push(`${path} could not be written: ${failure.message}.`)
      else kept.push(index)
      if (call.track.isCut) problems.push(`${path} ends before its call did: ${this.#whyCut()}.`)
    }
    return {kept, problems}
  }

  async close(): Promise<void> {
    await this.#spool.close()
  }

  #whyCut(): string {
    const {failure, bytes} = this.#spool
    if (failure) return failure.message
    const size = `${String(Math.round(bytes / 1024 ** 2))} MB`
    return `the audio of the calls that were under way filled the ${size} kept for it, or the disk did not keep up`
  }
}

/** What a lane needs of it; where nothing can be kept there is nothing to hear. */
export type CallAudio = Pick<WorstAudio, 'keeperFor' | 'ended' | 'keep' | 'close'>

/**
 * A folder that cannot be written in costs the recordings, not the run.
 * @param bytes that its file may grow to
 */
export async function openWorstAudio(
  {
    folder,
    thread,
    bytes,
  }: {readonly folder: string; readonly thread: number; readonly bytes: number},
  sampleRateHz: number,
): Promise<CallAudio> {
  const path = join(folder, `.audio-${String(thread)}.part`)
  const options = {blockSamples: 2 * sampleRateHz, mostBytes: bytes}
  try {
    return new WorstAudio(await Spool.open(path, options))
  } catch (error) {
    const problem = `The worst calls keep no recordings, because ${folder} cannot be written in: ${wordsOf(error)}.`
    return {
      keeperFor: () => keepNothing,
      ended: () => undefined,
      keep: async () => Promise.resolve({kept: [], problems: [problem]}),
      close: async () => Promise.resolve(),
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function writeWav({track, sampleRateHz}: Kept, path: string): Promise<Error | undefined> {
  const wav = WavWriter.open(path, {sampleRateHz, channels: 2})
  try {
    for await (const both of track.read()) {
      wav.write(both)
      await wav.written()
    }
  } catch (error) {
    await wav.close()
    return error instanceof Error ? error : new Error(String(error))
  }
  await wav.close()
  return wav.failure
}
