import type {Hook} from '@oclif/core'

import {ExostreamError} from '../errors.js'
import {printable} from '../report/text/plain.js'
import {FailureError, describeFailure} from './failure.js'
import {nearest} from '../nearest.js'

/** Instead of oclif's own end, which is exit code 127 or a question that no script can answer. */
export const commandNotFound: Hook.CommandNotFound = ({id, config}) => {
  const commands = config.commands.filter(({hidden}) => !hidden)
  const error = new ExostreamError(
    'EXO_USAGE',
    notFoundSentence(
      id,
      commands.map((command) => command.id),
    ),
  )
  // As a CLIError, because oclif throws on only those at once.
  throw new FailureError(describeFailure(error))
}

/** oclif joins all the words before the first flag with colons, arguments too. */
export function notFoundSentence(id: string, commands: readonly string[]): string {
  const words = id.split(':')
  const topics = new Set(
    commands.filter((one) => one.includes(':')).map((one) => one.replace(/:.*/, '')),
  )
  // What follows is not repeated: it may be a URL with credentials.
  if (commands.includes(words[0] ?? '')) return `"${words[0] ?? ''}" takes flags only, no arguments`
  const given = words.slice(0, topics.has(words[0] ?? '') ? 2 : 1).join(' ')
  if (given.startsWith('-')) return `Give a command before ${printable(given)}`
  const names = [...commands.map((command) => command.replaceAll(':', ' ')), ...topics]
  const meant = nearest(given, names)
  const suggestion = meant === undefined ? '' : ` (did you mean "${meant}"?)`
  return `"${printable(given)}" is not a command of exostream${suggestion}`
}
