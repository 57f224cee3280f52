import {Flags} from '@oclif/core'

import {dataDir, wholeNumber} from './flags.js'

/** What can be asked of doctor. */
export const doctorFlags = {
  passthru: Flags.string({
    description: 'also ask this URL, as a Passthru applet behind the bot does',
    env: 'EXOSTREAM_PASSTHRU',
    helpValue: 'URL',
  }),
  header: Flags.string({
    description: 'add "Name: value" to the upgrade request; may be repeated',
    env: 'EXOSTREAM_HEADER',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: "'Name: value'",
  }),
  local: Flags.boolean({
    description: 'leave out what only matters from outside: public address, scheme, public DNS',
    env: 'EXOSTREAM_LOCAL',
  }),
  offline: Flags.boolean({
    description: 'ask no third party: no public resolver, STUN server or address service',
    env: 'EXOSTREAM_OFFLINE',
  }),
  outside: Flags.string({
    description: 'ask this checker of your own, somewhere else, whether it reaches the bot',
    env: 'EXOSTREAM_OUTSIDE',
    helpValue: 'URL',
  }),
  metadata: Flags.boolean({
    description: 'ask the metadata address of the cloud that this machine runs in',
    env: 'EXOSTREAM_METADATA',
  }),
  idle: wholeNumber({
    description: 'also hold a silent line for so many seconds, to find a proxy that cuts it',
    env: 'EXOSTREAM_IDLE',
    helpValue: 'SECONDS',
    min: 1,
    max: 3600,
  }),
  use: Flags.option({
    description: 'what the URL is meant for',
    options: ['voicebot', 'stream', 'connect-voice-ai'] as const,
    env: 'EXOSTREAM_USE',
    default: 'voicebot' as const,
  })(),
  deadline: wholeNumber({
    description: 'how many seconds all checks together may take, beside --idle',
    env: 'EXOSTREAM_DEADLINE',
    helpValue: 'SECONDS',
    default: 30,
    min: 1,
    max: 3600,
  }),
  watch: Flags.boolean({description: 'check again and again until all is well'}),
  strict: Flags.boolean({
    description: 'exit with 1 for a warning, too',
    env: 'EXOSTREAM_STRICT',
  }),
  verbose: Flags.boolean({description: 'show every check, not only what is wrong'}),
  resolver: Flags.string({
    description: 'a public DNS resolver to ask in place of the usual ones; may be repeated',
    env: 'EXOSTREAM_RESOLVER',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'ADDRESS',
  }),
  stun: Flags.string({
    description: 'a STUN server to ask for the public address; may be repeated',
    env: 'EXOSTREAM_STUN',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'HOST:PORT',
  }),
  'address-url': Flags.string({
    description: 'a URL that answers with the public address; may be repeated',
    env: 'EXOSTREAM_ADDRESS_URL',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'URL',
  }),
  'data-dir': dataDir,
}
