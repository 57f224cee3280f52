import fc from 'fast-check'

import type {BotMessage, ExotelMessage, MediaMessage} from '../../../src/protocol/messages.js'

/** Arbitrary messages, and texts that are nearly messages. */

/** Any text that JSON can hold, lone surrogates included. */
const anyText = fc.string({unit: 'binary', minLength: 1, maxLength: 40})
const sid = fc.oneof(fc.string({minLength: 1, maxLength: 40}), anyText)
const count = fc.nat({max: 2_000_000_000})
const counted = {streamSid: sid, sequenceNumber: count}
const payload = fc
  .uint8Array({maxLength: 700})
  .map((bytes) => Buffer.from(bytes).toString('base64'))

function optional<T, K extends keyof T>(model: {[P in keyof T]: fc.Arbitrary<T[P]>}, keys: K[]) {
  return fc.record(model, {requiredKeys: keys})
}

export const mediaMessage: fc.Arbitrary<MediaMessage> = optional(
  {
    ...counted,
    event: fc.constant('media' as const),
    payload: fc.oneof({weight: 4, arbitrary: payload}, fc.string({unit: 'binary'})),
    chunk: count,
    timestampMs: count,
  },
  ['event', 'payload'],
)

const markMessage = optional({...counted, event: fc.constant('mark' as const), name: anyText}, [
  'event',
  'name',
])

const clearMessage = optional({...counted, event: fc.constant('clear' as const)}, ['event'])

export const botMessage: fc.Arbitrary<BotMessage> = fc.oneof(
  mediaMessage,
  markMessage,
  clearMessage,
)

const startMessage = optional(
  {
    ...counted,
    event: fc.constant('start' as const),
    callSid: sid,
    accountSid: sid,
    from: anyText,
    to: anyText,
    customParameters: fc.dictionary(fc.string({maxLength: 20}), fc.string({maxLength: 40}), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    mediaFormat: fc.record({
      encoding: anyText,
      sampleRateHz: fc.constantFrom(8000 as const, 16_000 as const, 24_000 as const),
      bitRate: anyText,
    }),
  },
  [
    ...(['event', 'streamSid', 'callSid', 'accountSid', 'from', 'to'] as const),
    ...(['customParameters', 'mediaFormat'] as const),
  ],
)

const dtmfMessage = optional(
  {
    ...counted,
    event: fc.constant('dtmf' as const),
    digit: fc.constantFrom(...Array.from('0123456789*#')),
    durationMs: count,
  },
  ['event', 'digit'],
)

const stopMessage = optional(
  {
    ...counted,
    event: fc.constant('stop' as const),
    callSid: sid,
    accountSid: sid,
    reason: anyText,
  },
  ['event'],
)

export const exotelMessage: fc.Arbitrary<ExotelMessage> = fc.oneof(
  fc.constant({event: 'connected' as const}),
  botMessage,
  startMessage,
  dtmfMessage,
  stopMessage,
)

/** Snippets that a parser may trip over. */
const trap = fc.constantFrom(
  ...[
    '"',
    '\\',
    '\\"',
    '\\u0041',
    '\\ud800',
    '\n',
    '\t',
    ' ',
    '\u0000',
    '\uFEFF',
    '\u0141',
    '{',
    '}',
  ],
  ...[
    '[',
    ']',
    ',',
    ':',
    '}}',
    '"}}',
    '0',
    '00',
    '-1',
    '1e3',
    '1.5',
    'null',
    'true',
    '=',
    '-',
    '_',
  ],
  ...[',"chunk":"9"', ',"payload":"AAAA"', '"stream_sid":"x",', '"sequence_number":7,'],
  ...['"event":"media",', '"media":{"payload":"AAAA"},', '"streamSid":"y",', '"__proto__":{},'],
)

type Edit = {at: number; remove: number; insert: string}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({min: 0, max: 1, noNaN: true}),
  remove: fc.nat({max: 3}),
  insert: fc.oneof(trap, fc.string({unit: 'binary', maxLength: 2}), fc.constant('')),
})

/** A text after a few edits; half of them near its front, where the structure is. */
export function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.array(edit, {minLength: 1, maxLength: 3}), fc.boolean())
    .map(([whole, edits, atFront]) =>
      edits.reduce((now, {at, remove, insert}) => {
        const place = Math.floor(at * Math.min(now.length + 1, atFront ? 160 : Infinity))
        return now.slice(0, place) + insert + now.slice(place + remove)
      }, whole),
    )
}
