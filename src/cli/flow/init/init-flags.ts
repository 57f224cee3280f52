import {Flags} from '@oclif/core'

import {dataDir} from '../../flags.js'
import {wishFlags} from '../wish-flags.js'

export const USUAL_FILE = 'flow.yaml'

/** Every answer of the interview is one of these. An empty one is the answer "none". */
export const initFlags = {
  ...wishFlags,
  'passthru-at': Flags.option({
    description: 'where a Passthru applet asks it, or none (default: both, of a URL that is given)',
    options: ['none', 'before', 'after', 'both'] as const,
    env: 'EXOSTREAM_PASSTHRU_AT',
  })(),
  where: Flags.option({
    description: 'where the bot runs; unknown leaves the URLs out, to be put in later',
    options: ['this-machine', 'server', 'unknown'] as const,
    env: 'EXOSTREAM_WHERE',
  })(),
  url: Flags.string({
    description: 'the URL of the bot: wss://, or an https:// URL that is asked once a call',
    env: 'EXOSTREAM_URL',
    helpValue: 'URL',
  }),
  name: Flags.string({
    description: 'what the flow is called (default: after its use)',
    env: 'EXOSTREAM_FLOW_NAME',
    helpValue: 'NAME',
  }),
  out: Flags.string({
    description: 'the file that is written',
    default: USUAL_FILE,
    env: 'EXOSTREAM_FLOW_OUT',
    helpValue: 'FILE',
  }),
  force: Flags.boolean({
    description: 'replace a file that is there already',
    env: 'EXOSTREAM_FORCE',
  }),
  yes: Flags.boolean({
    description: 'take the defaults of what is not said',
    env: 'EXOSTREAM_YES',
  }),
  'data-dir': dataDir,
}
