import {concatPcm} from './pcm16.js'

export type ChunkSize = {
  /** Bytes of every chunk but the last: a multiple of `packetBytes`. */
  readonly chunkBytes: number
  /** The last chunk is padded with silence to a multiple of this. */
  readonly packetBytes: number
}

/** Cuts a stream of samples, whatever pieces it comes in, into chunks of one size. */
export class Chunker {
  readonly #chunkSamples: number
  readonly #packetSamples: number
  #held = new Int16Array(0)

  constructor({chunkBytes, packetBytes}: ChunkSize) {
    if (!Number.isInteger(packetBytes) || packetBytes <= 0 || packetBytes % 2 !== 0) {
      throw new RangeError(`a packet of ${String(packetBytes)} bytes is not whole samples`)
    }
    if (!Number.isInteger(chunkBytes) || chunkBytes <= 0 || chunkBytes % packetBytes !== 0) {
      throw new RangeError(
        `a chunk of ${String(chunkBytes)} bytes is not a multiple of ${String(packetBytes)}`,
      )
    }
    this.#chunkSamples = chunkBytes / 2
    this.#packetSamples = packetBytes / 2
  }

  push(pcm: Int16Array): Int16Array[] {
    const waiting = concatPcm([this.#held, pcm])
    const chunks: Int16Array[] = []
    let at = 0
    for (; at + this.#chunkSamples <= waiting.length; at += this.#chunkSamples) {
      chunks.push(waiting.slice(at, at + this.#chunkSamples))
    }
    this.#held = waiting.slice(at)
    return chunks
  }

  /** What is left, padded with silence to whole packets; nothing if nothing is left. */
  flush(): Int16Array | undefined {
    const held = this.#held
    if (held.length === 0) return undefined
    this.#held = new Int16Array(0)
    const packets = Math.ceil(held.length / this.#packetSamples)
    const padded = new Int16Array(packets * this.#packetSamples)
    padded.set(held)
    return padded
  }
}
