import {Flags} from '@oclif/core'

import {ExostreamError} from '../errors.js'
import {printable} from '../report/text/plain.js'
import {DEFAULT_DATA_DIR} from '../workspace.js'

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
