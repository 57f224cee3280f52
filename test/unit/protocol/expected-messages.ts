import type {BotMessage, ExotelMessage} from '../../../src/protocol/messages.js'
import type {RuleId} from '../../../src/protocol/rules.js'

/** What each file of fixtures/messages says, and the rules it breaks. */
export type Expected<M> = Readonly<Record<string, {message: M; rules: readonly RuleId[]}>>

const streamSid = '6f048d2e897a0d2d4029560f3f541947'
const callSid = 'b8ac7b482138e87f6da1c79a692b198m'
const payload = 'AQD//w=='

const uncounted = {
  event: 'start',
  streamSid,
  callSid,
  accountSid: 'exampleacct1',
  from: '+919876543210',
  to: '+918047491899',
  customParameters: {key1: 'value1'},
  mediaFormat: {encoding: 'audio/x-raw', sampleRateHz: 8000, bitRate: '16'},
} as const satisfies ExotelMessage

const start = {...uncounted, sequenceNumber: 1}

export const exotelFixtures: Expected<ExotelMessage> = {
  connected: {message: {event: 'connected'}, rules: []},
  'connected-with-version': {message: {event: 'connected'}, rules: []},
  start: {message: start, rules: []},
  'start-with-numbers': {
    message: {
      ...start,
      mediaFormat: {encoding: 'audio/x-l16', sampleRateHz: 16_000, bitRate: '256000'},
    },
    rules: [],
  },
  'start-with-units': {
    message: {
      ...start,
      mediaFormat: {encoding: 'raw/slin', sampleRateHz: 16_000, bitRate: '128kbps'},
    },
    rules: ['number-with-unit'],
  },
  'start-with-national-numbers-and-empty-parameters': {
    message: {...start, from: '09876543210', to: '08047491899', customParameters: {}},
    rules: [],
  },
  'start-with-null-parameters': {
    message: {...start, customParameters: {}},
    rules: ['null-custom-parameters'],
  },
  'start-without-format': {
    message: {...start, customParameters: {}, mediaFormat: {}},
    rules: ['start-missing-format'],
  },
  'start-flat': {message: {...uncounted, customParameters: {}}, rules: ['flat-start']},
  'start-in-camel-case-with-mulaw': {
    message: {...start, mediaFormat: {encoding: 'audio/x-mulaw', sampleRateHz: 8000}},
    rules: ['camel-case-keys'],
  },
  'start-in-camel-case-with-the-format-twice': {
    message: {
      ...start,
      mediaFormat: {encoding: 'audio/x-mulaw', sampleRateHz: 8000, bitRate: '8'},
    },
    rules: ['camel-case-keys'],
  },
  'start-with-a-rate-nobody-offers': {
    message: {...start, mediaFormat: {encoding: 'audio/x-raw', bitRate: '16'}},
    rules: ['unsupported-sample-rate'],
  },
  'media-of-20-ms': {
    message: {
      event: 'media',
      payload: Buffer.alloc(320).toString('base64'),
      streamSid,
      sequenceNumber: 2,
      chunk: 1,
      timestampMs: 0,
    },
    rules: [],
  },
  'media-with-numbers': {
    message: {event: 'media', payload, streamSid, sequenceNumber: 3, chunk: 2, timestampMs: 200},
    rules: [],
  },
  'media-in-camel-case': {
    message: {event: 'media', payload, streamSid, sequenceNumber: 3, chunk: 2, timestampMs: 20},
    rules: ['camel-case-keys'],
  },
  'media-with-a-date-as-timestamp': {
    message: {event: 'media', payload, streamSid, sequenceNumber: 3, chunk: 2},
    rules: ['timestamp-not-a-number'],
  },
  dtmf: {
    message: {event: 'dtmf', streamSid, sequenceNumber: 7, digit: '5', durationMs: 100},
    rules: [],
  },
  'dtmf-flat': {message: {event: 'dtmf', digit: '5'}, rules: ['flat-dtmf']},
  'dtmf-finished-without-duration': {message: {event: 'dtmf', streamSid, digit: '#'}, rules: []},
  mark: {message: {event: 'mark', streamSid, sequenceNumber: 15, name: 'turn-3-end'}, rules: []},
  clear: {message: {event: 'clear', streamSid}, rules: []},
  stop: {
    message: {
      event: 'stop',
      streamSid,
      sequenceNumber: 20,
      callSid,
      accountSid: 'exampleacct1',
      reason: 'callended',
    },
    rules: [],
  },
  'stop-of-the-browser-client': {
    message: {
      event: 'stop',
      streamSid: 'browser-m1x2y3z4',
      sequenceNumber: 20,
      reason: 'user_disconnect',
    },
    rules: [],
  },
  silence: {
    message: {event: 'unknown', name: 'silence', raw: {event: 'silence'}},
    rules: ['unknown-event'],
  },
}

export const botFixtures: Expected<BotMessage> = {
  media: {message: {event: 'media', payload, streamSid}, rules: []},
  'media-as-python-writes-it': {message: {event: 'media', payload, streamSid}, rules: []},
  'media-in-camel-case-with-counters': {
    message: {event: 'media', payload, streamSid, sequenceNumber: 4, chunk: 3, timestampMs: 60},
    rules: ['camel-case-keys', 'sequence-number-misplaced'],
  },
  'media-with-both-sids': {
    message: {event: 'media', payload, streamSid},
    rules: ['camel-case-keys'],
  },
  'media-without-a-payload': {message: {event: 'media', payload: '', streamSid}, rules: []},
  'media-with-escaped-slashes': {message: {event: 'media', payload, streamSid}, rules: []},
  mark: {message: {event: 'mark', streamSid, name: 'turn-3-end'}, rules: []},
  'mark-with-a-timestamp': {
    message: {event: 'mark', streamSid, sequenceNumber: 12, name: 'chunk-12'},
    rules: [],
  },
  'mark-without-a-name': {
    message: {event: 'mark', streamSid, name: ''},
    rules: ['mark-without-name'],
  },
  'mark-with-a-number-as-name': {
    message: {event: 'mark', streamSid, name: ''},
    rules: ['mark-without-name'],
  },
  clear: {message: {event: 'clear', streamSid}, rules: []},
  'clear-in-camel-case': {message: {event: 'clear', streamSid}, rules: ['camel-case-keys']},
  'clear-in-capitals': {message: {event: 'clear', streamSid}, rules: ['event-oddly-written']},
  ping: {
    message: {event: 'unknown', name: 'ping', raw: {event: 'ping'}},
    rules: ['unknown-event'],
  },
  'dtmf-sent-back': {
    message: {
      event: 'unknown',
      name: 'dtmf',
      raw: {event: 'dtmf', stream_sid: streamSid, dtmf: {digit: '5'}},
    },
    rules: ['unknown-event'],
  },
  'response-without-an-event': {
    message: {event: 'unknown', raw: {type: 'response'}},
    rules: ['message-not-an-event'],
  },
  'event-is-a-number': {
    message: {event: 'unknown', raw: {event: 7}},
    rules: ['message-not-an-event'],
  },
  'plain-text': {
    message: {event: 'invalid', reason: 'not a JSON object: "hello"'},
    rules: ['message-not-an-event'],
  },
  empty: {message: {event: 'invalid', reason: 'empty text'}, rules: ['message-not-an-event']},
  array: {
    message: {event: 'invalid', reason: String.raw`not a JSON object: "[{\"event\":\"clear\"}]"`},
    rules: ['message-not-an-event'],
  },
  'two-objects': {message: {event: 'clear', streamSid}, rules: ['text-around-message']},
  'cut-short': {
    message: {
      event: 'invalid',
      reason: String.raw`not JSON: "{\"event\":\"media\",\"stream_sid\":\"6f048d2e8"`,
    },
    rules: ['message-not-an-event'],
  },
  'byte-order-mark': {message: {event: 'clear', streamSid}, rules: ['text-around-message']},
}
