import {decodePayload} from '../../protocol/payload.js'
import {bytesToPcm, type Codec} from '../codec.js'

/**
 * The audio of one message as a bot hears it, of a payload that is known to be sound: its samples are
 * made when they are asked for, which an echo never does.
 */
export class HeardAudio {
  readonly type = 'audio'
  readonly payload: string
  readonly #codec: Codec
  readonly #samples: number
  #pcm: Int16Array | undefined

  constructor(payload: string, codec: Codec, samples: number) {
    this.payload = payload
    this.#codec = codec
    this.#samples = samples
  }

  get pcm(): Int16Array {
    this.#pcm ??= bytesToPcm(decodePayload(this.payload, this.#codec).bytes, this.#codec)
    return this.#pcm
  }

  /** The same with nothing left to be made, so that a copy of it is whole. */
  asPlain(): {readonly type: 'audio'; readonly pcm: Int16Array; readonly payload: string} {
    return {type: this.type, pcm: this.pcm, payload: this.payload}
  }

  /** How many there are, without making them. */
  get samples(): number {
    return this.#samples
  }
}
