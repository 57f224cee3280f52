import type {Interfaces} from '@oclif/core'

import {ExostreamError} from '../../errors.js'
import type {Auth} from '../../flow/flow.js'
import {VARIABLE_NAME} from '../../flow/format/variable-name.js'
import {type Passthrus, USUAL_AUTH, type Wish} from '../../flow/make-flow.js'
import type {SampleRateHz} from '../../protocol/messages.js'
import {printable} from '../../report/text/plain.js'
import {listOf} from '../flags.js'
import type {wishFlags} from './wish-flags.js'

type Flags = Partial<Interfaces.InferredFlags<typeof wishFlags>>

const RATES: Readonly<Record<string, SampleRateHz>> = {8000: 8000, 16000: 16_000, 24000: 24_000}

/**
 * What the flags wish, with the defaults of what they leave open. `url` and `passthru` are what else is
 * known: those of a running serve, or none.
 * @throws ExostreamError EXO_USAGE
 */
export function wishOf(
  flags: Flags,
  known: {readonly url?: string; readonly passthru?: {readonly url?: string}},
): Wish {
  const passthru = passthrusOf(flags, known.passthru)
  const connectTo = textsOf(flags['connect-to'])
  const {use = 'voicebot', afterwards = 'hangup', record = false} = flags
  return {
    use,
    ...(known.url === undefined ? {} : {url: known.url}),
    ...(passthru === undefined ? {} : {passthru}),
    sampleRateHz: RATES[flags['sample-rate'] ?? '8000'] ?? 8000,
    parameters: parametersOf(textsOf(flags.param) ?? []),
    auth: authOf(flags.auth ?? 'none'),
    record,
    afterwards,
    ...(connectTo === undefined ? {} : {connectTo}),
    ...words(flags),
  }
}

function words({greeting, 'status-callback': statusCallback}: Flags): Partial<Wish> {
  return {
    ...(greeting === undefined ? {} : {greeting}),
    ...(statusCallback === undefined ? {} : {statusCallback}),
  }
}

function passthrusOf(
  {passthru, 'passthru-at': at = 'both'}: Flags,
  known: {readonly url?: string} | undefined,
): Passthrus | undefined {
  const asked = passthru === undefined ? known : {url: passthru}
  if (!asked) return undefined
  return {
    ...(at === 'after' ? {} : {before: asked}),
    ...(at === 'before' ? {} : {after: asked}),
  }
}

/** @throws ExostreamError EXO_USAGE */
function parametersOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
      if (name !== undefined && value !== undefined) return [name.trim(), value]
      throw new ExostreamError(
        'EXO_USAGE',
        `--param must be KEY=VALUE, such as campaign=emi, not "${printable(pair)}".`,
      )
    }),
  )
}

/** @throws ExostreamError EXO_USAGE; what was given is not repeated, for it may be the token itself */
function authOf(text: string): Auth {
  if (text === 'none' || text === 'ip-allow-list') return {kind: text}
  if (text === 'basic') return USUAL_AUTH
  const [, keyVariable = '', tokenVariable = ''] = /^basic:([^:]*):([^:]*)$/.exec(text) ?? []
  if ([keyVariable, tokenVariable].every((name) => VARIABLE_NAME.test(name))) {
    return {kind: 'basic', keyVariable, tokenVariable}
  }
  throw new ExostreamError(
    'EXO_USAGE',
    '--auth must be none, ip-allow-list, basic, or basic:KEY_VARIABLE:TOKEN_VARIABLE with the names, in capitals, of two environment variables; put the key and the token themselves into those, and never on the command line.',
  )
}

function textsOf(given: unknown): readonly string[] | undefined {
  const list = listOf(given)
  return Array.isArray(list) ? list.map(String) : undefined
}
