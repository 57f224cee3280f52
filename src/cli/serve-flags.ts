import {Flags} from '@oclif/core'

import {wholeNumber} from './flags.js'
import {keepingFlags} from './serve-keeping-flags.js'

const listening = {helpGroup: 'LISTENING'}
const bot = {helpGroup: 'BOT'}
const reach = {helpGroup: 'REACH'}
const access = {helpGroup: 'ACCESS'}
const limits = {helpGroup: 'LIMITS'}
const configuration = {helpGroup: 'CONFIGURATION'}
const repeatable = {multiple: true, multipleNonGreedy: true} as const

const limitFlags = {
  'max-calls': wholeNumber({
    ...limits,
    description: 'how many calls at once; more are refused with 503',
    env: 'EXOSTREAM_MAX_CALLS',
    default: 1000,
    min: 1,
    max: 100_000,
  }),
  'max-connections-per-minute': wholeNumber({
    ...limits,
    description: 'how many connections one address may open in a minute (default: any number)',
    env: 'EXOSTREAM_MAX_CONNECTIONS_PER_MINUTE',
    min: 1,
    max: 1_000_000,
  }),
  'max-message-bytes': wholeNumber({
    ...limits,
    description: 'how long a message may be; a longer one ends the call',
    env: 'EXOSTREAM_MAX_MESSAGE_BYTES',
    default: 16_777_216,
    min: 1024,
    max: 67_108_864,
  }),
  'max-queue-ms': wholeNumber({
    ...limits,
    description: 'how much audio waits for a slow bot; the oldest goes first',
    env: 'EXOSTREAM_MAX_QUEUE_MS',
    default: 30_000,
    min: 100,
    max: 600_000,
  }),
  'idle-ms': wholeNumber({
    ...limits,
    description: 'after how long without a message a call is ended',
    env: 'EXOSTREAM_IDLE_MS',
    default: 300_000,
    min: 1000,
    max: 86_400_000,
  }),
  'max-duration-ms': wholeNumber({
    ...limits,
    description: 'after how long a call is ended; Exotel itself ends one after 60 minutes',
    env: 'EXOSTREAM_MAX_DURATION_MS',
    default: 3_600_000,
    min: 1000,
    max: 86_400_000,
  }),
}

/** What can be asked of the server; a configuration file has the same names. */
export const serveFlags = {
  host: Flags.string({
    ...listening,
    description: 'the address to listen on; 0.0.0.0 is every one of this machine',
    env: 'EXOSTREAM_HOST',
    default: '0.0.0.0',
  }),
  port: wholeNumber({
    ...listening,
    description: 'the port to listen on, from PORT too; 0 takes any free one',
    env: 'EXOSTREAM_PORT',
    default: 5000,
    min: 0,
    max: 65_535,
  }),
  path: Flags.string({
    ...listening,
    ...repeatable,
    description:
      'take streams on this path, such as /ws/{id}, instead of the usual ones; may be repeated',
    env: 'EXOSTREAM_PATH',
    helpValue: 'PATH',
  }),
  'tls-cert': Flags.string({
    ...listening,
    description: 'serve TLS with this certificate and its chain, PEM',
    env: 'EXOSTREAM_TLS_CERT',
    helpValue: 'FILE',
  }),
  'tls-key': Flags.string({
    ...listening,
    description: 'the private key of --tls-cert, PEM',
    env: 'EXOSTREAM_TLS_KEY',
    helpValue: 'FILE',
  }),

  bot: Flags.string({
    ...bot,
    description: 'playback, echo, converse, sink, relay, or a module such as ./my-bot.js',
    env: 'EXOSTREAM_BOT',
    default: 'playback',
    helpValue: 'NAME|FILE',
  }),
  template: Flags.string({
    ...bot,
    description: 'the voice template of the playback bot (default: sales)',
    env: 'EXOSTREAM_TEMPLATE',
    helpValue: 'NAME|DIR',
  }),
  ack: Flags.option({
    ...bot,
    description:
      'what echo sends back beside audio: auto, marks and clears; always, digits too; never, nothing (default: auto)',
    env: 'EXOSTREAM_ACK',
    options: ['auto', 'always', 'never'] as const,
  })(),
  'silence-ms': wholeNumber({
    ...bot,
    description: 'after how much silence converse takes a turn for ended (default: 2000)',
    env: 'EXOSTREAM_SILENCE_MS',
    min: 100,
    max: 60_000,
  }),
  'response-delay-ms': wholeNumber({
    ...bot,
    description: 'how long converse waits before it answers (default: 100)',
    env: 'EXOSTREAM_RESPONSE_DELAY_MS',
    min: 0,
    max: 60_000,
  }),
  to: Flags.string({
    ...bot,
    description:
      'the bot that relay stands before; EXOSTREAM_TO keeps its credentials out of the process list',
    env: 'EXOSTREAM_TO',
    helpValue: 'wss://URL',
  }),
  realign: Flags.boolean({
    ...bot,
    description: 'let relay mend chunks of a size that Exotel does not take',
    env: 'EXOSTREAM_REALIGN',
    default: false,
  }),
  reload: Flags.boolean({
    ...bot,
    description: 'take a changed bot module for the next call',
    env: 'EXOSTREAM_RELOAD',
    default: false,
  }),

  'public-url': Flags.string({
    ...reach,
    description: 'the URL under which the internet finds this server',
    env: 'EXOSTREAM_PUBLIC_URL',
    helpValue: 'https://HOST',
  }),
  tunnel: Flags.option({
    ...reach,
    description: 'start this installed program, and tell its public URL',
    env: 'EXOSTREAM_TUNNEL',
    options: ['ngrok', 'cloudflared', 'localtunnel'] as const,
  })(),
  'trust-proxy': Flags.string({
    ...reach,
    description:
      'believe X-Forwarded-… of these addresses, with commas; true is any loopback or private one',
    env: 'EXOSTREAM_TRUST_PROXY',
    helpValue: 'true|CIDR',
  }),

  'basic-auth': Flags.string({
    ...access,
    description:
      'what callers must give as Basic; EXOSTREAM_BASIC_AUTH keeps it out of the process list',
    env: 'EXOSTREAM_BASIC_AUTH',
    helpValue: 'KEY:TOKEN',
  }),
  'bearer-token': Flags.string({
    ...access,
    description:
      'what callers may give as Bearer, which Exotel does not; better in EXOSTREAM_BEARER_TOKEN',
    env: 'EXOSTREAM_BEARER_TOKEN',
    helpValue: 'TOKEN',
  }),
  'api-version': Flags.string({
    ...access,
    description: 'what X-API-Version of a caller must be',
    env: 'EXOSTREAM_API_VERSION',
    helpValue: 'VERSION',
  }),
  allow: Flags.string({
    ...access,
    ...repeatable,
    description: 'take calls from this address or network only; may be repeated',
    env: 'EXOSTREAM_ALLOW',
    helpValue: 'ADDRESS|CIDR',
  }),

  ...limitFlags,
  ...keepingFlags,

  config: Flags.string({
    ...configuration,
    description:
      'read settings from this file (default: exostream.config.yaml, where there is one)',
    env: 'EXOSTREAM_CONFIG',
    helpValue: 'FILE',
  }),
  'print-config': Flags.boolean({
    ...configuration,
    description: 'print the settings in force as a configuration file, and end',
  }),
}
