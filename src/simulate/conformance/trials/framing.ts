import type {Calls} from '../calls.js'
import {type Form, type Need, tryForms} from '../forms.js'
import type {Trial} from '../trial.js'
import {endOf, inner, isMedia, parsed, type Wire} from '../wire.js'

/** C28: the same audio, cut otherwise, late, or with a piece missing. */
export function framing(need: Need | undefined): Trial {
  return {
    rule: 'breaks-on-framing',
    run: (calls) =>
      tryForms(calls, {
        rule: 'breaks-on-framing',
        groups: [[frameForm(calls)], NETWORK_FORMS, [ODD_FORM]],
        need,
      }),
  }
}

/** The other of the two lengths that Exotel's pages and its recorded traffic show. */
export function frameForm({plan}: Calls): Form {
  const isShort = plan.profile.frameMs === 20
  return {
    id: isShort ? 'frames-of-100-ms' : 'frames-of-20-ms',
    what: isShort ? '100 ms of audio a message' : '20 ms of audio a message',
    isExotels: true,
    variation: {profile: {frameMs: isShort ? 100 : 20}},
    cause: isShort ? 'deaf-at-100-ms' : 'deaf-at-20-ms',
    causeOfNeed: isShort ? 'deaf-at-20-ms' : 'deaf-at-100-ms',
  }
}

/** Half a second is held back, and then sent at once, as a network does that has stalled. */
const stalled: Wire = () => {
  const held: string[] = []
  let media = 0
  return {
    send: (text) => {
      if (!isMedia(text)) return [...held.splice(0), text]
      media += 1
      const isHeld = media % HOLD_EVERY < HOLD_MESSAGES
      if (!isHeld) return [...held.splice(0), text]
      held.push(text)
      return []
    },
  }
}
const HOLD_EVERY = 100
const HOLD_MESSAGES = 25

/** Now and then a message is lost, and the numbers leave a gap. */
const withGaps: Wire = () => {
  let media = 0
  return {
    send: (text) => {
      if (isMedia(text)) media += 1
      return isMedia(text) && media % LOST_EVERY === 0 ? [] : [text]
    },
  }
}
const LOST_EVERY = 40

/** Sizes seen from callers in the wild; a sample may begin in one message and end in the next. */
const ODD_SIZES = [23, 428, 189, 15]

/** The same bytes in the same order, in messages of odd sizes; counted as if they had been sent so. */
const odd: Wire = () => {
  let waiting = Buffer.alloc(0)
  let sent = 0
  let added = 0
  return {
    send: (text) => {
      const message = parsed(text)
      if (message['event'] !== 'media')
        return [JSON.stringify(counted(message, added)) + endOf(text)]
      const media = inner(message, 'media')
      waiting = Buffer.concat([waiting, Buffer.from(String(media['payload']), 'base64')])
      const out: string[] = []
      for (;;) {
        const size = ODD_SIZES[sent % ODD_SIZES.length] ?? waiting.length
        if (waiting.length < size) break
        const payload = waiting.subarray(0, size).toString('base64')
        const piece = {...message, media: {...increased(media, 'chunk', added), payload}}
        out.push(JSON.stringify(counted(piece, added)) + endOf(text))
        waiting = waiting.subarray(size)
        sent += 1
        added += 1
      }
      added -= 1
      return out
    },
  }
}

type Json = Readonly<Record<string, unknown>>

function counted(message: Json, added: number): Json {
  return increased(message, 'sequence_number', added)
}

/** In the form in which the number came. */
function increased(message: Json, name: string, by: number): Json {
  const value = message[name]
  if (value === undefined) return message
  const number = Number(value) + by
  return {...message, [name]: typeof value === 'string' ? String(number) : number}
}

export const NETWORK_FORMS: readonly Form[] = [
  {
    id: 'stall-and-burst',
    what: '0.5 s of audio held back and sent at once',
    isExotels: true,
    variation: {wires: [stalled]},
  },
  {
    id: 'sequence-gaps',
    what: 'messages lost on the way',
    isExotels: true,
    variation: {wires: [withGaps]},
  },
]

export const ODD_FORM: Form = {
  id: 'odd-sizes',
  what: 'audio in odd numbers of bytes',
  isExotels: false,
  variation: {wires: [odd]},
}
