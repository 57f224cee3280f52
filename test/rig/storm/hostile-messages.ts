import type {Random} from '../../../src/random.js'

type Fields = Record<string, unknown>

/** One message to be sent over a stream: text, or a binary frame. */
export type HostileMessage = string | Uint8Array

const MEGABYTE = 1024 * 1024

/** A message as a hostile or a broken caller could send it; the same chance makes the same message. */
export function hostileMessage(random: Random): HostileMessage {
  // Rarely, because each is as long as a thousand others.
  if (random.below(2000) === 0) return pick(random, HUGE)(random)
  return pick(random, KINDS)(random)
}

const KINDS: readonly ((random: Random) => HostileMessage)[] = [
  valid,
  valid,
  (random) => Buffer.from(valid(random)),
  withWrongType,
  withWrongType,
  withWrongType,
  withFlippedCharacters,
  truncated,
  notBase64,
  deep,
  (random) => pick(random, ODD_TEXTS),
  (random) => randomBytes(random, random.below(400)),
  (random) => Buffer.from(randomBytes(random, random.below(400))).toString('latin1'),
  (random) => JSON.stringify({event: pick(random, ['mark', 'clear', 'dtmf', 'media'])}),
]

const HUGE: readonly ((random: Random) => HostileMessage)[] = [
  () => media('A'.repeat(MEGABYTE)),
  () => media('\u00e9'.repeat(MEGABYTE / 2)),
  () => JSON.stringify({event: 'mark', mark: {name: 'm'.repeat(MEGABYTE)}}),
  () => JSON.stringify({event: 'x'.repeat(MEGABYTE)}),
  () => 'x'.repeat(MEGABYTE),
  () => '['.repeat(MEGABYTE),
  () => `{"event":"media"${' '.repeat(MEGABYTE)}}`,
  (random) => randomBytes(random, MEGABYTE / 16),
]

const ODD_VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 53 + 1, -(2 ** 63), 1e308, Number.MIN_VALUE],
  ...['', ' ', 'NaN', '1e999', '-0', '0x10', '\0', '\ud800', '\u202e', '\u{1f600}'.repeat(200)],
  ...['__proto__', '../../../../etc/passwd', 'C:\\NUL', 'x'.repeat(5000), '%00%2e%2e%2f'],
  ...[[], {}, [[]], {event: 'stop'}, {toString: 'no'}, {length: -1}, Array(300).fill(0)],
]

const ODD_TEXTS: readonly string[] = [
  '',
  ' ',
  'null',
  'true',
  '0',
  '"start"',
  '[]',
  '{}',
  '\ufeff{"event":"media"}',
  '{"event":"media","media":{"payload":"AAAA"}}\n{"event":"stop"}',
  '{"event":"start","event":"media","media":{"payload":"AAAA","payload":7}}',
  '{"__proto__":{"event":"start"},"event":"media"}',
  '{"event":"media","media":{"__proto__":{"payload":"AAAA"}}}',
  '{"event":"start","start":{"custom_parameters":{"__proto__":"x","constructor":"y"}}}',
  '{"event":"constructor"}',
  '{"event":"__proto__"}',
  '{"event":"toString","toString":1}',
  `{"event":"media","sequence_number":${'9'.repeat(500)},"media":{"chunk":1e999}}`,
  '{"event":"media","sequence_number":-1e400,"media":{"timestamp":0.0000001e-300}}',
  '{"event":"dtmf","dtmf":{"digit":"\\u0000","duration":"Infinity"}}',
  `{"event":"start","start":{"custom_parameters":{${manyParameters()}}}}`,
  '{"event":"start","start":{"media_format":{"encoding":"mulaw","sample_rate":"1"}}}',
  '{"event":"start","mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":24000}}',
  "{'event':'start'}",
  'GET / HTTP/1.1\r\n\r\n',
]

const STOPS: readonly string[] = [
  '{"event":"stop"}',
  '{"event":"stop","stop":null}',
  '{"event":" STOP ","stop":{"reason":{}}}',
  `{"event":"stop","stop":{"reason":"${'x'.repeat(5000)}"}}`,
]

const NOT_BASE64: readonly string[] = [
  '!!!!',
  '====',
  'A',
  'AAA',
  'AA\nAA',
  'AA AA',
  'data:audio/wav;base64,UklGRg==',
  '-_-_',
  '\ud800\udc00',
  'AAAA====AAAA',
  '{"event":"media"}',
]

/** Apart from the others, because it is the beginning of the end. */
export function hostileStop(random: Random): HostileMessage {
  return pick(random, STOPS)
}

/** Any event but stop, as it should be: hostile by its order alone. */
function valid(random: Random): string {
  return JSON.stringify(validFields(random))
}

function validFields(random: Random): Fields {
  const sid = `s${String(random.below(3))}`
  const number = String(random.below(1000))
  const head = {sequence_number: number, stream_sid: sid}
  switch (random.below(20)) {
    case 0:
      return {event: 'connected'}
    case 1:
      return {event: 'start', ...head, start: startFields(random, sid)}
    case 2:
      return {event: 'clear', ...head}
    default:
      return oftenSent(random, {head, number})
  }
}

function oftenSent(random: Random, {head, number}: {head: Fields; number: string}): Fields {
  switch (random.below(4)) {
    case 0:
      return {event: 'mark', ...head, mark: {name: `mark-${number}`}}
    case 1:
      return {
        event: 'dtmf',
        ...head,
        dtmf: {digit: pick(random, '0123456789*#'.split('')), duration: 9},
      }
    default: {
      const bytes = randomBytes(random, 2 * random.below(320))
      const payload = Buffer.from(bytes).toString('base64')
      return {event: 'media', ...head, media: {chunk: number, timestamp: number, payload}}
    }
  }
}

function startFields(random: Random, sid: string): Fields {
  return {
    ...{stream_sid: sid, call_sid: `call-${sid}`, account_sid: 'a', from: '+911', to: '+912'},
    custom_parameters: {name: 'value'},
    media_format: {
      encoding: pick(random, ['audio/x-raw', 'mulaw', 'opus']),
      sample_rate: pick(random, ['8000', '16000', '24000', '44100']),
    },
  }
}

/** One value of a sound message, at any depth, is of another kind. */
function withWrongType(random: Random): string {
  const fields = validFields(random)
  const inner = Object.values(fields).filter((value) => typeof value === 'object')
  // Those that are objects; of JSON they have names and values alone.
  const target = (random.below(3) === 0 ? fields : pick(random, [fields, ...inner])) as Fields
  target[pick(random, Object.keys(target))] = pick(random, ODD_VALUES)
  return JSON.stringify(fields)
}

function withFlippedCharacters(random: Random): string {
  const characters = [...valid(random)]
  for (let flips = 1 + random.below(5); flips > 0; flips -= 1) {
    characters[random.below(characters.length)] = String.fromCharCode(random.below(0x3000))
  }
  return characters.join('')
}

function truncated(random: Random): string {
  const text = valid(random)
  return text.slice(0, random.below(text.length))
}

function notBase64(random: Random): string {
  return media(pick(random, NOT_BASE64))
}

function deep(random: Random): string {
  const depth = 1 + random.below(3000)
  const [open, close] = pick(random, [
    ['[', ']'],
    ['{"event":', '}'],
    ['{"event":"media","media":', '}'],
    ['{"start":{"custom_parameters":', '}}'],
  ] as const)
  const end = random.below(2) === 0 ? close.repeat(depth) : ''
  return `${open.repeat(depth)}0${end}`
}

function media(payload: string): string {
  return JSON.stringify({event: 'media', stream_sid: 's1', media: {payload}})
}

function manyParameters(): string {
  return Array.from({length: 500}, (_, index) => `"p${String(index)}":"v"`).join(',')
}

export function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({length}, () => random.below(256))
}

export function pick<T>(random: Random, from: readonly T[]): T {
  // Of a table that is not empty there is one at every index below its length.
  return from[random.below(from.length)] as T
}
