/** What a telephone carries of speech is near this level (ITU-T P.56, G.100). */
const ORDINARY_DBFS = -26
/** So far under the caller's own level speech is soft: a hum, a murmur. */
const SOFT_DB = 7
/** So far under it the caller does not speak into the phone. */
const FAR_DB = 14
/** Soft speech has to last so much longer than other speech to be meant for the bot. */
const SOFT_COUNTS = 1 / 3

/**
 * How much the caller wants to be heard: "mm-hmm" is short and soft, a word to somebody in the room
 * is softer still, and who wants to interrupt goes on as loud as before.
 */
export class Insistence {
  readonly #enoughMs: number
  #ms = 0
  #hasInsisted = false
  #usualDbfs: number | undefined
  #energy = 0
  #steps = 0

  constructor(enoughMs: number) {
    this.#enoughMs = enoughMs
  }

  /** Whether speech of this level is near the phone; until the caller has spoken, all of it is. */
  isNear(dbfs: number): boolean {
    return this.#usualDbfs === undefined || dbfs >= this.#usualDbfs - FAR_DB
  }

  /** Takes in speech; true when it is enough, once a turn. */
  add(dbfs: number, ms: number): boolean {
    const isSoft = dbfs < (this.#usualDbfs ?? ORDINARY_DBFS) - SOFT_DB
    this.#energy += 10 ** (dbfs / 10)
    this.#steps += 1
    this.#ms += isSoft ? ms * SOFT_COUNTS : ms
    if (this.#hasInsisted || this.#ms < this.#enoughMs) return false
    this.#hasInsisted = true
    return true
  }

  /** It was no speech after all. */
  drop(): void {
    this.#forget()
  }

  /** Learns how loud this caller is, from a turn that was long enough to tell. */
  endOfTurn(): void {
    if (this.#hasInsisted) this.#usualDbfs = 10 * Math.log10(this.#energy / this.#steps)
    this.#forget()
  }

  /** The caller may have put the phone down, or have changed: any speech is near again. */
  listenCloser(): void {
    this.#usualDbfs = undefined
  }

  #forget(): void {
    this.#ms = 0
    this.#hasInsisted = false
    this.#energy = 0
    this.#steps = 0
  }
}
