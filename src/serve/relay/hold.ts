/** A bot that opens late is not fed with what was said longer ago than this. */
const MOST_HELD_MS = 10_000
/** Over a minute of audio at 8 kHz as base64. */
const MOST_HELD_BYTES = 2 * 1024 * 1024
/** What a message takes beside its text. */
const OVERHEAD_BYTES = 200

type Held = {
  readonly data: string | Uint8Array
  readonly bytes: number
  readonly atMs: number
  readonly isAudio: boolean
}

/**
 * What the caller sent while its bot was dialled, in order. The oldest audio goes first when there is
 * too much or when it is too old; what is no audio goes only when there is nothing else to drop.
 */
export class Hold {
  #held: Held[] = []
  #bytes = 0
  #dropped = 0

  /** What still waits; when the call ends, nobody hears it any more. */
  get count(): number {
    return this.#held.length
  }

  get dropped(): number {
    return this.#dropped
  }

  push(data: string | Uint8Array, {atMs, isAudio}: {atMs: number; isAudio: boolean}): void {
    const bytes = data.length + OVERHEAD_BYTES
    this.#dropOld(atMs)
    while (this.#bytes + bytes > MOST_HELD_BYTES && this.#dropOldestAudio()) continue
    if (this.#bytes + bytes > MOST_HELD_BYTES) {
      this.#dropped += 1
      return
    }
    this.#held.push({data, bytes, atMs, isAudio})
    this.#bytes += bytes
  }

  /** All that is still to be passed on; nothing is held after it. */
  take(atMs: number): readonly (string | Uint8Array)[] {
    this.#dropOld(atMs)
    this.#bytes = 0
    return this.#held.splice(0).map(({data}) => data)
  }

  #dropOld(atMs: number): void {
    for (;;) {
      const oldest = this.#held.find(({isAudio}) => isAudio)
      if (!oldest || atMs - oldest.atMs <= MOST_HELD_MS) return
      this.#dropOldestAudio()
    }
  }

  #dropOldestAudio(): boolean {
    const index = this.#held.findIndex(({isAudio}) => isAudio)
    const [dropped] = index === -1 ? [] : this.#held.splice(index, 1)
    if (!dropped) return false
    this.#bytes -= dropped.bytes
    this.#dropped += 1
    return true
  }
}
