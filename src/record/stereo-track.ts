/** On a line that sends nothing while its caller is silent, silence is what was not sent. */
const GAP_MS = 200
/** A packet; what is shorter takes as much memory. */
const LEAST_MS = 20
/** A bot may send this much ahead of the ear; what comes beyond is lost to the recording. */
const MOST_BOT_AHEAD_MS = 120_000
/** A caller who sends faster than real time is written down before its time beyond this. */
const MOST_CALLER_AHEAD_MS = 10_000
/** Twice the longest session of Exotel: a caller who floods must not fill the disk. */
const MOST_MS = 2 * 60 * 60 * 1000
const PIECE_MS = 1000

type StereoTrackOptions = {
  readonly sampleRateHz: number
  /** Takes finished samples, caller and bot interleaved; they are not touched again. */
  readonly write: (both: Int16Array) => void
}

/**
 * The time line of a call: left the caller, by the count of samples; right the bot, each message from
 * when it was sent or when the one before it ends. Times are milliseconds from the first sample.
 * What lies before now is finished and handed on, so that little waits, and little is lost with the process.
 */
export class StereoTrack {
  readonly #options: StereoTrackOptions
  readonly #caller: Lane
  readonly #bot: Lane
  #written = 0
  #droppedSamples = 0

  constructor(options: StereoTrackOptions) {
    this.#options = options
    const leastSamples = this.#samplesIn(LEAST_MS)
    this.#caller = new Lane(leastSamples)
    this.#bot = new Lane(leastSamples)
  }

  /** Audio of either side that the recording does not have. */
  get droppedMs(): number {
    return Math.round((this.#droppedSamples * 1000) / this.#options.sampleRateHz)
  }

  caller(pcm: Int16Array, atMs: number): void {
    const begunAt = this.#samplesIn(atMs) - pcm.length
    const isGap = begunAt - this.#caller.end > this.#samplesIn(GAP_MS)
    const from = isGap ? begunAt : this.#caller.end
    this.#caller.push(pcm, Math.max(from, this.#written))
    const isAhead = this.#caller.waiting > this.#samplesIn(MOST_CALLER_AHEAD_MS)
    if (isAhead) this.#finish(this.#caller.end)
  }

  bot(pcm: Int16Array, atMs: number): void {
    if (this.#bot.waiting + pcm.length > this.#samplesIn(MOST_BOT_AHEAD_MS)) {
      this.#droppedSamples += pcm.length
      return
    }
    this.#bot.push(pcm, Math.max(this.#samplesIn(atMs), this.#written))
  }

  /** What the bot has sent and is not yet due is never heard. */
  clear(atMs: number): void {
    this.#bot.cut(Math.max(this.#samplesIn(atMs), this.#written))
  }

  /** Hands on what can change no more. */
  advance(atMs: number): void {
    const now = this.#samplesIn(atMs)
    const silentUntil = now - this.#samplesIn(GAP_MS)
    this.#finish(Math.min(now, Math.max(this.#caller.end, silentUntil)))
  }

  /** Hands on a second of what is left, also of what was not yet due; false when that was all. */
  end(): boolean {
    const last = Math.max(this.#caller.end, this.#bot.end)
    this.#finish(Math.min(last, this.#written + this.#samplesIn(PIECE_MS)))
    return this.#written < last
  }

  #finish(until: number): void {
    const piece = this.#samplesIn(PIECE_MS)
    while (this.#written < until) {
      const to = Math.min(until, this.#written + piece)
      const both = new Int16Array((to - this.#written) * 2)
      this.#caller.take({from: this.#written, to, into: both, channel: 0})
      this.#bot.take({from: this.#written, to, into: both, channel: 1})
      if (to > this.#samplesIn(MOST_MS)) this.#droppedSamples += to - this.#written
      else this.#options.write(both)
      this.#written = to
    }
  }

  #samplesIn(ms: number): number {
    return Math.round((ms * this.#options.sampleRateHz) / 1000)
  }
}

type Piece = {readonly from: number; readonly pcm: Int16Array}

type Taking = {
  readonly from: number
  readonly to: number
  /** Of two channels; what is not there stays silent. */
  readonly into: Int16Array
  readonly channel: 0 | 1
}

/** The audio of one side that is not written yet, in order and without overlap. */
class Lane {
  readonly #leastSamples: number
  #pieces: Piece[] = []
  #end = 0
  #waiting = 0

  constructor(leastSamples: number) {
    this.#leastSamples = leastSamples
  }

  /** Where the next sample may lie. */
  get end(): number {
    return this.#end
  }

  /** In samples of memory: a short piece counts as a packet. */
  get waiting(): number {
    return this.#waiting
  }

  /** Copies the samples to `at`, or behind what is there. */
  push(pcm: Int16Array, at: number): void {
    if (pcm.length === 0) return
    const from = Math.max(at, this.#end)
    this.#pieces.push({from, pcm: pcm.slice()})
    this.#end = from + pcm.length
    this.#waiting += this.#weightOf(pcm)
  }

  /** Drops what lies at `at` and behind it. */
  cut(at: number): void {
    const kept = this.#pieces
      .filter(({from}) => from < at)
      .map(({from, pcm}) => ({from, pcm: pcm.slice(0, at - from)}))
    this.#keep(kept)
    this.#end = Math.min(this.#end, at)
  }

  take({from, to, into, channel}: Taking): void {
    let used = 0
    for (const piece of this.#pieces) {
      if (piece.from >= to) break
      const end = piece.from + piece.pcm.length
      for (let at = Math.max(from, piece.from); at < Math.min(to, end); at += 1) {
        into[(at - from) * 2 + channel] = piece.pcm[at - piece.from] ?? 0
      }
      if (end <= to) used += 1
    }
    this.#keep(this.#pieces.slice(used))
  }

  #keep(pieces: Piece[]): void {
    this.#pieces = pieces
    this.#waiting = pieces.reduce((sum, {pcm}) => sum + this.#weightOf(pcm), 0)
  }

  #weightOf(pcm: Int16Array): number {
    return Math.max(pcm.length, this.#leastSamples)
  }
}
