import {Args, Flags} from '@oclif/core'

import {ExostreamError} from '../errors.js'
import {printable} from '../report/text/plain.js'
import {DEFAULT_DATA_DIR} from '../workspace.js'
import type {LOG_CATEGORIES} from './log-categories.js'

type Range = {readonly min?: number; readonly max?: number}

/** A flag that takes a whole number, from 0 on unless said. */
export const wholeNumber = Flags.custom<number, Range>({
  helpValue: 'N',
  parse: (input, context, options) => {
    const {name, env, min = 0, max = Number.MAX_SAFE_INTEGER} = options
    const value = Number(input)
    if (/^-?\d+$/.test(input) && value >= min && value <= max) return Promise.resolve(value)
    // Its type says that there is always a token; a value from the environment comes without.
    const {token} = context as {token?: unknown}
    const given = token === undefined && env !== undefined ? env : `--${name}`
    const range =
      options.max === undefined ? `from ${String(min)} on` : `from ${String(min)} to ${String(max)}`
    throw new ExostreamError(
      'EXO_USAGE',
      `${given} must be a whole number ${range}, not "${printable(input)}"`,
    )
  },
})

type Choice = (typeof LOG_CATEGORIES)[number]

/** oclif's own options would refuse the several of a variable, which come as one text with commas. */
export const category = Flags.custom<Choice, {readonly choices: readonly string[]}>({
  parse: (input, context, {name, env, choices}) => {
    // Its type says that there is always a token; a value from the environment comes without.
    const {token} = context as {token?: unknown}
    const isVariable = token === undefined && env !== undefined
    const words = isVariable ? input.split(',').map((word) => word.trim()) : [input]
    const unknown = words.find((word) => !choices.includes(word))
    // The cast is what was just found out; several with commas are taken apart by `listOf`.
    if (unknown === undefined) return Promise.resolve(input as Choice)
    throw new ExostreamError(
      'EXO_USAGE',
      `${isVariable ? env : `--${name}`} must be one of ${choices.join(', ')}, not "${printable(unknown)}"`,
    )
  },
})

/** What may be repeated comes from its variable as one text, with commas, whatever its type says. */
export function listOf(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

export const dataDir = Flags.string({
  env: 'EXOSTREAM_DATA_DIR',
  default: DEFAULT_DATA_DIR,
  helpValue: 'DIR',
  description: 'where recordings, journals and reports are kept',
})

export const seed = wholeNumber({
  description: 'what chance starts from; the same seed makes the same run',
  env: 'EXOSTREAM_SEED',
})

export const json = Flags.boolean({
  description: 'print one JSON document, and nothing else, on stdout',
  env: 'EXOSTREAM_JSON',
  helpGroup: 'GLOBAL',
})

/** Whom to call. */
export const botUrl = Args.string({
  description: 'the WebSocket URL of the bot, ws:// or wss://, or a dynamic http(s):// one',
  ignoreStdin: true,
})
