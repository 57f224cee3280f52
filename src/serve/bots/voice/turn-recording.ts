import {concatPcm} from '../../../audio/pcm16.js'

const PIECE_MS = 20
/** A voice is recognised a moment after it began, and its last consonant has no voice in it. */
const PIECES_AROUND = 300 / PIECE_MS

/** What a caller says in one turn, without the silence before and behind it; bounded. */
export class TurnRecording {
  readonly #mostPieces: number
  /** The last moment of what came while no turn was recorded. */
  #before: readonly Int16Array[] = []
  #pieces: Int16Array[] = []
  /** How many of the pieces there are up to the last speech. */
  #spoken = 0
  #isRecording = false
  #isFull = false

  constructor(mostMs: number) {
    this.#mostPieces = mostMs / PIECE_MS
  }

  /** Takes the next 20 ms of the line; says once a turn that it is full, and the rest of it is lost. */
  add(pcm: Int16Array, isSpeech: boolean): 'full' | undefined {
    if (!this.#isRecording) {
      this.#before = [...this.#before, pcm].slice(-PIECES_AROUND)
      return undefined
    }
    if (this.#pieces.length < this.#mostPieces) {
      this.#pieces.push(pcm)
      if (isSpeech) this.#spoken = this.#pieces.length
      return undefined
    }
    const isNews = isSpeech && !this.#isFull
    if (isNews) this.#isFull = true
    return isNews ? 'full' : undefined
  }

  /** A voice was heard: a turn begins, or the last one goes on when it was not taken yet. */
  begin(): void {
    this.#isRecording = true
    this.#pieces.push(...this.#before)
    this.#spoken = this.#pieces.length
    this.#before = []
  }

  end(): void {
    this.#isRecording = false
    this.#pieces.length = Math.min(this.#pieces.length, this.#spoken + PIECES_AROUND)
  }

  /** What was said; the next turn begins empty. */
  take(): Int16Array {
    const said = concatPcm(this.#pieces)
    this.forget()
    return said
  }

  /** It was no turn after all. */
  forget(): void {
    this.#isRecording = false
    this.#pieces = []
    this.#spoken = 0
    this.#isFull = false
  }
}
