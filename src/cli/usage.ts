import {stripVTControlCharacters} from 'node:util'

import {nearest} from '../nearest.js'

/** What oclif's parser says, as one sentence without its indents and pointers to the help. */
export function usageSentence(message: string, flags: readonly string[] = []): string {
  const text = withoutWrapping(message)
  const missing = /^Missing \d+ required args?:\n/.exec(text)
  if (missing) return missingArguments(text.slice(missing[0].length))

  const sentence = text
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/Missing required flag (\S+)/g, 'Missing required flag: --$1')
    .split(/\s*\n\s*/)
    .join('; ')
  return suggestFlag(sentence, flags)
}

/** A message without the colours and the lines that oclif's parser puts around it, ours included. */
export function withoutWrapping(message: string): string {
  const text = stripVTControlCharacters(message).replace(/\nSee more help with --help/g, '')
  const flag = /^Parsing --(\S+) *\n\t/.exec(text)
  return flag ? ofOneFlag(flag[1] ?? '', text.slice(flag[0].length)) : text
}

/** Our own parsers name the flag, or the variable it came from; oclif's do not. */
function ofOneFlag(name: string, reason: string): string {
  return /--|EXOSTREAM_/.test(reason) ? reason : `--${name}: ${reason}`
}

/** A line an argument: its name, then its description. */
function missingArguments(list: string): string {
  const names = list.split('\n\n', 1).join('').split('\n')
  const words = names.map((line) => line.trim().split(/\s/, 1).join('').toUpperCase())
  return `Missing argument${words.length === 1 ? '' : 's'}: ${words.join(', ')}`
}

/** Of other servers for Exotel's streaming, and what replaces them here. */
const OLD_FLAGS: Readonly<Record<string, string>> = {
  '--stream_type': '--bot echo is what it called bidirectional, --bot sink unidirectional',
}

function suggestFlag(sentence: string, flags: readonly string[]): string {
  const unknown = /^Nonexistent flags?: ([^\s,=]+)/.exec(sentence)?.[1]
  if (unknown === undefined) return sentence
  const replacement = OLD_FLAGS[unknown]
  if (replacement !== undefined) return `${sentence} (${replacement})`
  const meant = nearest(
    unknown,
    flags.map((flag) => `--${flag}`),
  )
  return meant === undefined ? sentence : `${sentence} (did you mean ${meant}?)`
}

/**
 * The sentence about the first flag that does not exist. For the case that its value was taken for
 * an argument: oclif judges arguments first, and would blame the value.
 */
export function unknownFlagSentence(
  argv: readonly string[],
  flags: readonly string[],
): string | undefined {
  const end = argv.indexOf('--')
  const typed = end === -1 ? argv : argv.slice(0, end)
  const unknown = typed.find((word) => {
    const name = /^--([^=]+)/.exec(word)?.[1]
    return name !== undefined && !flags.includes(name)
  })
  return unknown === undefined ? undefined : suggestFlag(`Nonexistent flag: ${unknown}`, flags)
}
