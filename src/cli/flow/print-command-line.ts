import type {Interfaces} from '@oclif/core'

import {ExostreamError} from '../../errors.js'
import {usableUrl} from '../../flow/print/settings/usable-url.js'
import {shellWord} from '../../shell-word.js'
import {isSecretName, withoutControls} from '../../mask.js'
import {isDynamicUrl} from '../../stream/exotel-http/dynamic-url.js'
import {listOf} from '../flags.js'
import {whyPointless} from './init/judge.js'
import {wishFlags} from './wish-flags.js'
import type {printFlags} from './printing-flags.js'

export type PrintFlags = Partial<Interfaces.InferredFlags<typeof printFlags>>

/** A flag on the command line, with its value, or with itself where it takes none. */
export type Given = {readonly name: string; readonly input: string}

type Asked = {readonly flags: PrintFlags; readonly given: readonly Given[]}

export function isGiven(given: readonly Given[], wanted: string): boolean {
  return given.some(({name}) => name === wanted)
}

/**
 * Whatever would be dropped without a word is refused; what comes from the environment may be meant for
 * another command.
 * @throws ExostreamError EXO_USAGE
 */
export function assertMeant(
  {flags, given}: Asked,
  {knowsPassthru}: {readonly knowsPassthru: boolean},
): void {
  const names = given.map(({name}) => name)
  const pointless = whyPointless({use: 'voicebot', ...flags}, names)
  if (pointless !== undefined) throw usage(pointless)
  const idle = IDLE.find(({name, where}) => isGiven(given, name) && where(flags, given))
  if (idle) throw usage(`--${idle.name} ${idle.why}.`)
  const hasPassthru = knowsPassthru || flags.passthru !== undefined
  if (isGiven(given, 'passthru-at') && !hasPassthru) {
    throw usage('--passthru-at needs --passthru: there is no Passthru to place without its URL.')
  }
  const twice = repeatedParameter(flags)
  if (twice !== undefined) {
    throw usage(`--param ${withoutControls(twice)} is given twice, and a parameter has one value.`)
  }
}

type Idle = {
  readonly name: string
  /** As what follows the flag. */
  readonly why: string
  readonly where: (flags: PrintFlags, given: readonly Given[]) => boolean
}

const IDLE: readonly Idle[] = [
  {
    name: 'upstream',
    why: 'means nothing without --as nginx',
    where: ({as}) => as !== 'nginx',
  },
  {
    name: 'lang',
    why: 'means nothing without --as handler',
    where: ({as}) => as !== 'handler',
  },
  {
    name: 'as',
    why: 'cannot be given beside --json, which is --as json',
    where: ({as}, given) => as !== 'json' && isGiven(given, 'json'),
  },
]

function repeatedParameter({param}: PrintFlags): string | undefined {
  const pairs = listOf(param)
  if (!Array.isArray(pairs)) return undefined
  const names = pairs.map((pair) => String(pair).split('=', 1)[0]?.trim() ?? '')
  return names.find((name, at) => names.indexOf(name) !== at)
}

/** The same command again, as far as it wishes a flow; undefined where it would tell a secret. */
export function againOf(source: string | undefined, given: readonly Given[]): string | undefined {
  if (source === '-') return undefined
  const wishes = given.filter(({name}) => Object.hasOwn(wishFlags, name))
  const texts = [...(source === undefined ? [] : [source]), ...wishes.map(({input}) => input)]
  if (texts.some(isTelling)) return undefined
  const words = wishes.flatMap(({name, input}) =>
    input.startsWith('--') ? [input] : [`--${name}`, input],
  )
  return ['exostream flow print', ...[source ?? [], words].flat().map(shellWord)].join(' ')
}

/** Whether a text holds what is not printed, or cannot stand on one line. */
function isTelling(text: string): boolean {
  if (withoutControls(text) !== text) return true
  if (!text.includes('://')) return isSecretName(text.split('=', 1)[0] ?? '')
  const found = usableUrl(text, isDynamicUrl(text) ? 'dynamic' : 'stream')
  return 'url' in found && (found.hadCredentials || found.url !== text.trim())
}

function usage(message: string): ExostreamError {
  return new ExostreamError('EXO_USAGE', message)
}
