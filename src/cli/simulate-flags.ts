import {Flags} from '@oclif/core'

import {type ProfileId, profiles} from '../protocol/profiles.js'
import {dataDir, seed} from './flags.js'

/** What can be asked of a simulated call. */
export const simulateFlags = {
  scenario: Flags.string({
    char: 's',
    description: 'a built-in scenario or a YAML file (default: basic)',
    env: 'EXOSTREAM_SCENARIO',
    exclusive: ['say'],
    helpValue: 'NAME|FILE',
  }),
  list: Flags.boolean({description: 'show the built-in scenarios'}),
  say: Flags.string({
    description: 'a WAV file to say instead of a scenario; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FILE.wav',
  }),
  bot: Flags.string({
    description: 'call a bot run in this process: playback, echo, sink or a module',
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
  out: Flags.string({
    description: 'keep recording, journal and report in this folder',
    env: 'EXOSTREAM_OUT',
    helpValue: 'DIR',
  }),
  seed,
  'data-dir': dataDir,
}
