import {isSampleRateName} from '../../../protocol/sample-rate.js'
import {MOST_PARAMETERS} from '../../scenario/format/fields.js'
import type {Mistake, Row} from './csv.js'

/** What a column of `--data` is: one of the two telephone numbers, or a custom parameter of its name. */
export type Column = {readonly name: string; readonly kind: 'number' | 'parameter'}

const NUMBERS: readonly string[] = ['from', 'to']
const NAME = /^[A-Za-z_][\w.-]{0,63}$/

export function columnsOf({line, cells}: Row): {
  readonly columns: readonly Column[]
  readonly mistakes: readonly Mistake[]
} {
  const columns = cells.map((name): Column => ({
    name,
    kind: NUMBERS.includes(name) ? 'number' : 'parameter',
  }))
  const mistakes = cells.flatMap((name, place): Mistake[] => {
    const problem = mistakeInName(name, cells.slice(0, place))
    return problem === undefined ? [] : [{line, column: String(place + 1), problem}]
  })
  const parameters = columns.filter(({kind}) => kind === 'parameter').length
  if (mistakes.length === 0 && parameters > MOST_PARAMETERS) {
    const most = String(MOST_PARAMETERS)
    const problem = `expected at most ${most} columns beside from and to, as Exotel passes on ${most} parameters, not ${String(parameters)}`
    return {columns, mistakes: [{line, problem}]}
  }
  return {columns, mistakes}
}

/** What stands there is not shown: in a file without a header it is somebody's number. */
function mistakeInName(name: string, before: readonly string[]): string | undefined {
  if (/[;\t|]/.test(name)) return 'expected columns parted by commas'
  if (!NAME.test(name)) {
    return 'expected a header with from, to or the name of a parameter: a letter first, then letters, digits, _, - and .'
  }
  const small = name.toLowerCase()
  if (small !== name && NUMBERS.includes(small)) return `expected ${small} in small letters`
  if (before.includes(name)) return `expected each column once, and there are two named ${name}`
  return isSampleRateName(name)
    ? `expected the name of a custom parameter: ${name} is Exotel's own, and stands in the URL`
    : undefined
}
