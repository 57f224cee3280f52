import {Flags} from '@oclif/core'

import {type ProfileId, profiles} from '../protocol/profiles.js'
import {dataDir, seed, wholeNumber} from './flags.js'

/** What can be asked of a simulated call. */
export const simulateFlags = {
  scenario: Flags.string({
    char: 's',
    description:
      'a built-in scenario, "all", "conformance" or a YAML file; may be repeated (default: basic)',
    env: 'EXOSTREAM_SCENARIO',
    exclusive: ['say'],
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME|FILE',
  }),
  list: Flags.boolean({description: 'show the built-in scenarios'}),
  schema: Flags.boolean({description: 'print the JSON Schema of scenario files, for editors'}),
  repeat: wholeNumber({
    description: 'how often to call with each scenario',
    env: 'EXOSTREAM_REPEAT',
    default: 1,
    min: 1,
    max: 1000,
  }),
  say: Flags.string({
    description: 'a WAV file to say instead of a scenario; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FILE.wav',
  }),
  bot: Flags.string({
    description: 'call a bot run in this process: playback, echo, converse, sink or a module',
    env: 'EXOSTREAM_BOT',
    helpValue: 'NAME|FILE',
  }),
  template: Flags.string({
    description: 'the voice template of the playback bot',
    env: 'EXOSTREAM_TEMPLATE',
    helpValue: 'NAME|DIR',
  }),
  profile: Flags.option({
    description: 'a dialect of Exotel; several are combined into one',
    multiple: true,
    multipleNonGreedy: true,
    env: 'EXOSTREAM_PROFILE',
    // The cast restores the keys, which Object.keys forgets.
    options: Object.keys(profiles) as ProfileId[],
  })(),
  clear: Flags.option({
    description: 'what counts as started when clear arrives',
    options: ['packet', 'message'] as const,
    env: 'EXOSTREAM_CLEAR',
  })(),
  'marks-on-clear': Flags.option({
    description: 'what becomes of the marks of cleared audio',
    options: ['drop', 'echo'] as const,
    env: 'EXOSTREAM_MARKS_ON_CLEAR',
  })(),
  header: Flags.string({
    description: 'add "Name: value" to the upgrade request; may be repeated',
    env: 'EXOSTREAM_HEADER',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: "'Name: value'",
  }),
  passthru: Flags.string({
    description: 'ask this URL after each call, as a Passthru applet behind the bot does',
    env: 'EXOSTREAM_PASSTHRU',
    helpValue: 'URL',
  }),
  'passthru-form': Flags.option({
    description: 'how the Stream values are written',
    options: ['flat', 'json', 'both'] as const,
    env: 'EXOSTREAM_PASSTHRU_FORM',
    default: 'flat' as const,
  })(),
  flow: Flags.string({
    description: 'walk this flow with each call: its applets in order, its URLs asked for real',
    env: 'EXOSTREAM_FLOW',
    helpValue: 'FILE',
  }),
  'flow-host': Flags.string({
    description:
      'take every URL of the flow from here, without TLS: for a flow with public URLs, tried on this machine',
    env: 'EXOSTREAM_FLOW_HOST',
    dependsOn: ['flow'],
    helpValue: 'HOST:PORT',
  }),
  digits: Flags.string({
    description: 'what the caller presses at a Gather applet of the flow (default: 1)',
    env: 'EXOSTREAM_DIGITS',
    dependsOn: ['flow'],
  }),
  'ends-at': Flags.string({
    description: 'the applet that the walk is to end at, by its id, or end',
    env: 'EXOSTREAM_ENDS_AT',
    dependsOn: ['flow'],
    helpValue: 'ID',
  }),
  'stream-fails': Flags.string({
    description:
      'an applet of the flow whose stream is meant to fail, by its id: it is not dialled, and the Passthru behind it is told so; may be repeated, and takes --ends-at with it',
    env: 'EXOSTREAM_STREAM_FAILS',
    dependsOn: ['flow', 'ends-at'],
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'ID',
  }),
  'status-callback': Flags.string({
    description: 'an endpoint that a conformance run tries as the status callback',
    env: 'EXOSTREAM_STATUS_CALLBACK',
    helpValue: 'URL',
  }),
  'max-session-ms': wholeNumber({
    description: 'when the stream is ended as at the limit of 60 minutes',
    env: 'EXOSTREAM_MAX_SESSION_MS',
    min: 1000,
    max: 3_600_000,
  }),
  junit: Flags.string({
    description: 'write the verdicts as JUnit XML',
    env: 'EXOSTREAM_JUNIT',
    helpValue: 'FILE',
  }),
  html: Flags.string({
    description: 'write the report as one HTML page with its audio',
    env: 'EXOSTREAM_HTML',
    helpValue: 'FILE',
  }),
  out: Flags.string({
    description: 'keep recording, journal and report in this folder',
    env: 'EXOSTREAM_OUT',
    helpValue: 'DIR',
  }),
  seed,
  'data-dir': dataDir,
}
