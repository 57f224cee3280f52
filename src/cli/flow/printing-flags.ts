import {Flags} from '@oclif/core'

import type {Format} from '../../flow/print/render.js'
import {dataDir} from '../flags.js'
import {wishFlags} from './wish-flags.js'

/** Those of `render.ts`, written here too, because the help of a command loads no room. */
const FORMATS = [
  'text',
  'markdown',
  'json',
  'yaml',
  'checklist',
  'curl',
  'handler',
  'nginx',
] as const satisfies readonly Format[]

export const printFlags = {
  ...wishFlags,
  as: Flags.option({
    description:
      'how it is printed: text, markdown, json, yaml (a flow.yaml), checklist, curl (a test call), handler (a small server), nginx (a proxy in front of the bot)',
    options: FORMATS,
    default: 'text',
    env: 'EXOSTREAM_FLOW_AS',
  })(),
  lang: Flags.option({
    description: 'the language of --as handler',
    options: ['js', 'python'] as const,
    default: 'js',
    env: 'EXOSTREAM_FLOW_LANG',
  })(),
  upstream: Flags.string({
    description: 'where the bot listens behind --as nginx, as host:port; may be repeated',
    env: 'EXOSTREAM_UPSTREAM',
    helpValue: 'HOST:PORT',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'data-dir': dataDir,
}
