import type {Interfaces} from '@oclif/core'

import {parseHeaderFlags} from '../stream/exotel/headers.js'
import type {simulateFlags} from './simulate-flags.js'

type Flags = Interfaces.InferredFlags<typeof simulateFlags>

/** What the flags ask for, in the words of a simulation. */
export function requestOf(flags: Flags) {
  const {passthru, 'passthru-form': form} = flags
  const forms = form === 'both' ? (['flat', 'json'] as const) : ([form] as const)
  return {
    bot: flags.bot,
    template: flags.template,
    scenarios: flags.scenario,
    repeat: flags.repeat,
    say: flags.say,
    profiles: flags.profile,
    clear: flags.clear,
    marksOnClear: flags['marks-on-clear'],
    seed: flags.seed,
    ...(flags.header === undefined ? {} : {headers: parseHeaderFlags(flags.header)}),
    out: flags.out,
    dataDir: flags['data-dir'],
    ...(passthru === undefined ? {} : {passthru: {url: passthru, forms}}),
  }
}
