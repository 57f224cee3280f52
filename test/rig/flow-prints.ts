import type {VoicebotApplet} from '../../src/flow/flow.js'
import type {Wish} from '../../src/flow/make-flow.js'

/** Flows whose every form of printing is held in fixtures/golden: as flags, and as what they wish. */
export type FlowPrint = {
  readonly name: string
  readonly args: readonly string[]
  readonly wish: Wish
  readonly localUrl?: string
}

export const PRINTED_FORMATS = ['text', 'markdown', 'json', 'yaml', 'checklist'] as const

export const plainWish: Wish = {
  use: 'voicebot',
  url: 'wss://bot.acme.in/media',
  sampleRateHz: 8000,
  parameters: {},
  auth: {kind: 'none'},
  record: false,
  afterwards: 'hangup',
}

/** The applet of that wish. */
export const plainBot: VoicebotApplet = {
  id: 'bot',
  kind: 'voicebot',
  url: 'wss://bot.acme.in/media',
  sampleRateHz: 8000,
  parameters: {},
  auth: {kind: 'none'},
  record: false,
  foreign: {},
  encryptDtmf: false,
  next: 'hangup',
}
const PASSTHRU = {url: 'https://bot.acme.in/passthru'}
const {url, ...withoutUrl} = plainWish

export const FLOW_PRINTS: readonly FlowPrint[] = [
  {
    name: 'voicebot',
    args: [
      'wss://bot.acme.in/media',
      ...['--passthru', PASSTHRU.url, '--afterwards', 'connect', '--connect-to', 'Sales'],
      ...['--param', 'campaign=emi & more', '--auth', 'basic', '--record', '--greeting', 'Namaste'],
    ],
    wish: {
      ...plainWish,
      passthru: {before: PASSTHRU, after: PASSTHRU},
      afterwards: 'connect',
      connectTo: ['Sales'],
      parameters: {campaign: 'emi & more'},
      auth: {kind: 'basic', keyVariable: 'BOT_KEY', tokenVariable: 'BOT_TOKEN'},
      record: true,
      greeting: 'Namaste',
    },
  },
  {
    name: 'stream',
    args: [
      'https://bot.acme.in/media',
      ...['--use', 'stream', '--passthru', PASSTHRU.url, '--passthru-at', 'after'],
      ...['--sample-rate', '16000', '--auth', 'ip-allow-list'],
    ],
    wish: {
      ...plainWish,
      use: 'stream',
      url: 'https://bot.acme.in/media',
      passthru: {after: PASSTHRU},
      sampleRateHz: 16_000,
      auth: {kind: 'ip-allow-list'},
    },
  },
  {
    name: 'connect-voice-ai',
    args: [
      url ?? '',
      ...['--use', 'connect-voice-ai', '--sample-rate', '24000'],
      ...['--status-callback', 'https://bot.acme.in/status-callback'],
    ],
    wish: {
      ...plainWish,
      use: 'connect-voice-ai',
      sampleRateHz: 24_000,
      statusCallback: 'https://bot.acme.in/status-callback',
    },
  },
  {
    name: 'no-host',
    args: ['ws://127.0.0.1:5000/media', '--passthru', 'https://your-ip/passthru'],
    wish: {
      ...withoutUrl,
      passthru: {
        before: {url: 'https://your-ip/passthru'},
        after: {url: 'https://your-ip/passthru'},
      },
    },
    localUrl: 'ws://127.0.0.1:5000/media',
  },
]
