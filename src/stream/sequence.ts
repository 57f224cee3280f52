import type {ExotelMessage} from '../protocol/messages.js'

type SequenceBreak = {
  readonly counter: 'sequence_number' | 'chunk'
  readonly expected: number
  readonly got: number
  /** Messages lost, repeated, or out of order. */
  readonly kind: 'gap' | 'repeat' | 'back'
}

const NO_BREAKS: readonly SequenceBreak[] = []

/** Watches the counters of one stream: each counts up by one; a gap means loss. */
export class SequenceCheck {
  #sequence: number | undefined
  #chunk: number | undefined

  message(message: ExotelMessage): readonly SequenceBreak[] {
    let breaks = NO_BREAKS
    const sequence = 'sequenceNumber' in message ? message.sequenceNumber : undefined
    if (sequence !== undefined) {
      const found = compare('sequence_number', this.#sequence, sequence)
      if (found) breaks = [found]
      this.#sequence = sequence
    }
    if (message.event === 'media' && message.chunk !== undefined) {
      const found = compare('chunk', this.#chunk, message.chunk)
      if (found) breaks = [...breaks, found]
      this.#chunk = message.chunk
    }
    return breaks
  }
}

function compare(
  counter: SequenceBreak['counter'],
  last: number | undefined,
  got: number,
): SequenceBreak | undefined {
  if (last === undefined || got === last + 1) return undefined
  const kind = got > last ? 'gap' : got < last ? 'back' : 'repeat'
  return {counter, expected: last + 1, got, kind}
}
