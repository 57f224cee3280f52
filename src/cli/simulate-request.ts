import type {Interfaces} from '@oclif/core'

import {ExostreamError} from '../errors.js'
import {parseHeaderFlags} from '../stream/exotel/headers.js'
import type {simulateFlags} from './simulate-flags.js'

type Flags = Interfaces.InferredFlags<typeof simulateFlags>

/** What the flags ask for, in the words of a simulation. */
export function requestOf(flags: Flags) {
  const {passthru, 'passthru-form': form} = flags
  const headers = listOf(flags.header)
  const forms = form === 'both' ? (['flat', 'json'] as const) : ([form] as const)
  return {
    bot: flags.bot,
    template: flags.template,
    scenarios: listOf(flags.scenario),
    repeat: flags.repeat,
    say: listOf(flags.say),
    profiles: listOf(flags.profile),
    clear: flags.clear,
    marksOnClear: flags['marks-on-clear'],
    seed: flags.seed,
    ...(headers === undefined ? {} : {headers: parseHeaderFlags(headers)}),
    maxSessionMs: flags['max-session-ms'],
    statusCallback: flags['status-callback'],
    out: flags.out,
    dataDir: flags['data-dir'],
    ...(passthru === undefined ? {} : {passthru: {url: passthru, forms}}),
    ...flowOf(flags),
  }
}

/** @throws ExostreamError EXO_USAGE */
function flowOf(flags: Flags) {
  const {flow: file, digits, 'passthru-form': form} = flags
  if (file === undefined) return {}
  if (form === 'both') {
    throw new ExostreamError(
      'EXO_USAGE',
      'A walk asks each Passthru once: --passthru-form is flat or json with --flow, not both.',
    )
  }
  const {'flow-host': host, 'ends-at': endsAt} = flags
  return {flow: {file, host, digits, endsAt, streamFails: listOf(flags['stream-fails']), form}}
}

/** From its variable a flag that may be repeated comes as one text, whatever its type says. */
export function listOf<T extends string>(
  given: readonly T[] | T | undefined,
): readonly T[] | undefined {
  return typeof given === 'string' ? [given] : given
}
