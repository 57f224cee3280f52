import type {Calls} from '../calls.js'
import {type Form, type Need, tryForms} from '../forms.js'
import type {Trial} from '../trial.js'
import {endOf, inner, parsed, rewriting, type Wire} from '../wire.js'

/** C27: the same call, written in the other ways that Exotel's pages and tools show. */
export function dialects(need: Need | undefined): Trial {
  return {
    rule: 'breaks-on-dialect',
    run: (calls) => {
      const [counters, ...others] = dialectForms(calls)
      const seen = others.filter(({isExotels}) => isExotels)
      const rare = others.filter(({isExotels}) => !isExotels)
      const groups = [counters ? [counters] : [], seen, rare]
      return tryForms(calls, {rule: 'breaks-on-dialect', groups, need})
    },
  }
}

/** The counters first: they alone change what most bots read. */
export function dialectForms(calls: Calls): readonly Form[] {
  return [countersForm(calls), ...SEEN_FORMS, framingForm(calls), ...RARE_FORMS, casingForm(calls)]
}

function countersForm({plan}: Calls): Form {
  const isText = plan.profile.numbers === 'strings'
  return {
    id: isText ? 'number-counters' : 'string-counters',
    what: isText ? 'counters as JSON numbers' : 'counters as strings',
    isExotels: true,
    variation: {profile: {numbers: isText ? 'numbers' : 'strings'}},
    cause: isText ? 'deaf-to-number-counters' : 'deaf-to-string-counters',
    causeOfNeed: isText ? 'deaf-to-string-counters' : 'deaf-to-number-counters',
  }
}

function framingForm({plan}: Calls): Form {
  const {newline} = plan.profile
  return {
    id: newline ? 'no-newline' : 'newline',
    what: newline ? 'messages that do not end in a newline' : 'messages that end in a newline',
    isExotels: true,
    variation: {profile: {newline: !newline}},
  }
}

function casingForm({plan}: Calls): Form {
  const isSnake = plan.profile.casing === 'snake'
  return {
    id: isSnake ? 'camel-case' : 'snake-case',
    what: isSnake ? 'camelCase keys' : 'snake_case keys',
    isExotels: !isSnake,
    variation: {profile: {casing: isSnake ? 'camel' : 'snake'}},
  }
}

const extraFields = rewriting((message) => {
  const event = String(message['event'])
  if (!(event in message)) return {...message, region: 'mumbai'}
  return {...message, region: 'mumbai', [event]: {...inner(message, event), track: 'inbound'}}
})

/** An event of a kind that nobody knows, after `start` and again every second of audio. */
const unknownEvents: Wire = () => {
  let messages = 0
  return {
    send: (text) => {
      messages += 1
      const isDue = messages === 2 || messages % 50 === 0
      return isDue ? [text, '{"event":"heartbeat","heartbeat":{"interval":"1000"}}'] : [text]
    },
  }
}

/** As Python's json.dumps writes it. */
const spaced: Wire = () => ({
  send: (text) => [
    JSON.stringify(parsed(text), undefined, 1)
      .replace(/([{[])\n\s*/g, '$1')
      .replace(/\n\s*([}\]])/g, '$1')
      .replace(/\n\s*/g, ' ') + endOf(text),
  ],
})

const withoutConnected = rewriting((message) =>
  message['event'] === 'connected' ? undefined : message,
)

const nullParameters = rewriting((message) =>
  message['event'] === 'start'
    ? {...message, start: {...inner(message, 'start'), custom_parameters: null}}
    : message,
)

const rateWithUnit = rewriting((message) => {
  if (message['event'] !== 'start') return message
  const start = inner(message, 'start')
  const format = inner(start, 'media_format')
  const sampleRate = `${String(Number(format['sample_rate'] ?? 8000) / 1000)}kHz`
  return {...message, start: {...start, media_format: {...format, sample_rate: sampleRate}}}
})

/** The one with the spaces last: what rewrites a message takes them out again. */
const SEEN_FORMS: readonly Form[] = [
  {
    id: 'extra-fields',
    what: 'fields that no page names',
    isExotels: true,
    variation: {wires: [extraFields]},
    cause: 'breaks-on-unknown-fields',
  },
  {
    id: 'unknown-events',
    what: 'events that no page names',
    isExotels: true,
    variation: {wires: [unknownEvents]},
    cause: 'breaks-on-unknown-fields',
  },
  {
    id: 'connected-version',
    what: '`connected` with a protocol and a version',
    isExotels: true,
    variation: {profile: {connectedVersion: true}},
  },
  {
    id: 'spaced-json',
    what: 'spaces between the members of the JSON',
    isExotels: true,
    variation: {wires: [spaced]},
    cause: 'deaf-to-spaced-json',
  },
]

const RARE_FORMS: readonly Form[] = [
  {
    id: 'binary-frames',
    what: 'JSON in binary frames',
    isExotels: false,
    variation: {profile: {isBinary: true}},
  },
  {
    id: 'without-connected',
    what: 'no `connected`',
    isExotels: false,
    variation: {wires: [withoutConnected]},
  },
  {
    id: 'null-parameters',
    what: '`custom_parameters` that are null',
    isExotels: false,
    variation: {wires: [nullParameters]},
  },
  {
    id: 'rate-with-unit',
    what: 'a `sample_rate` with its unit',
    isExotels: false,
    variation: {wires: [rateWithUnit]},
  },
]
