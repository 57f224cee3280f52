import {Flags} from '@oclif/core'

import type {Use} from '../../flow/make-flow.js'

/** What can be wished of a flow: the same words for `flow print` and `flow init`. */
export const wishFlags = {
  use: Flags.option({
    description:
      'which applet streams: voicebot (both ways), stream (listens only), or connect-voice-ai (no flow: the API places the call)',
    options: ['voicebot', 'stream', 'connect-voice-ai'] as const satisfies readonly Use[],
    env: 'EXOSTREAM_USE',
  })(),
  passthru: Flags.string({
    description:
      'the URL of your Passthru handler; of a running serve with a public name it is known',
    env: 'EXOSTREAM_PASSTHRU',
    helpValue: 'URL',
  }),
  'passthru-at': Flags.option({
    description: 'where a Passthru applet asks it (default: both)',
    options: ['before', 'after', 'both'] as const,
    env: 'EXOSTREAM_PASSTHRU_AT',
  })(),
  'sample-rate': Flags.option({
    description: 'the rate of the stream in Hz (default: 8000)',
    options: ['8000', '16000', '24000'] as const,
    env: 'EXOSTREAM_SAMPLE_RATE',
  })(),
  param: Flags.string({
    description: 'a custom parameter of the stream, at most three; may be repeated',
    env: 'EXOSTREAM_PARAM',
    helpValue: 'KEY=VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  auth: Flags.string({
    description:
      'how the bot knows Exotel: none, ip-allow-list, basic, or basic:KEY_VARIABLE:TOKEN_VARIABLE for other environment variables than BOT_KEY and BOT_TOKEN (default: none)',
    env: 'EXOSTREAM_AUTH',
    helpValue: 'HOW',
  }),
  record: Flags.boolean({
    description: 'let Exotel record the stream',
    env: 'EXOSTREAM_FLOW_RECORD',
    allowNo: true,
  }),
  greeting: Flags.string({
    description: 'what a Greeting applet says before the bot answers',
    env: 'EXOSTREAM_GREETING',
    helpValue: 'TEXT',
  }),
  afterwards: Flags.option({
    description: 'what follows the bot (default: hangup)',
    options: ['hangup', 'connect'] as const,
    env: 'EXOSTREAM_AFTERWARDS',
  })(),
  'connect-to': Flags.string({
    description: 'whom a Connect applet rings: a number, user or group; may be repeated',
    env: 'EXOSTREAM_CONNECT_TO',
    helpValue: 'WHOM',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'status-callback': Flags.string({
    description: 'the URL that the API tells the end of a call; of connect-voice-ai alone',
    env: 'EXOSTREAM_STATUS_CALLBACK',
    helpValue: 'URL',
  }),
}
