import type {Interfaces} from '@oclif/core'

import type {Wish} from '../../../flow/make-flow.js'
import {shellWord} from '../../../shell-word.js'
import {maskSecrets, withoutControls} from '../../../mask.js'
import {RATE_NAME} from '../../../stream/written-url/rate-names.js'
import {readParts} from '../../../stream/written-url/url-parts.js'
import {listOf} from '../../flags.js'
import {wishOf} from '../wish.js'
import {type initFlags, USUAL_FILE} from './init-flags.js'

type Inferred = Interfaces.InferredFlags<typeof initFlags>

export type InitFlags = Partial<Inferred> & Pick<Inferred, 'out' | 'force' | 'yes' | 'data-dir'>

/** In the order of the interview, which is that of the command line, too. */
const ANSWERED = [
  ...(['name', 'use', 'where', 'url', 'sample-rate', 'param', 'auth', 'record'] as const),
  ...(['passthru-at', 'passthru', 'greeting', 'afterwards', 'connect-to'] as const),
  'status-callback',
] as const

type Answered = (typeof ANSWERED)[number]

/** What is answered so far, under the names of the flags; an empty text or list is the answer "none". */
export type Answers = Partial<Pick<InitFlags, Answered>>

/** What the flags answer. */
export function answersOf(flags: InitFlags): Answers {
  const given = ANSWERED.map((name) => [name, flags[name]] as const)
  const {url = '', param, 'connect-to': connectTo} = flags
  return {
    ...Object.fromEntries(given.filter(([name, value]) => value !== undefined && name !== 'url')),
    ...(url.trim() === '' ? {} : {url: url.trim()}),
    ...(param === undefined ? {} : {param: withoutEmpty(param)}),
    ...(connectTo === undefined ? {} : {'connect-to': withoutEmpty(connectTo)}),
  }
}

/** @throws ExostreamError EXO_USAGE */
export function wishFrom(answers: Answers): Wish {
  const {url = '', name = ''} = answers
  const at = passthruAt(answers)
  const connectTo = unlessNone(answers['connect-to'])
  const flags = {
    ...answers,
    'sample-rate': answers['sample-rate'] ?? rateIn(url),
    param: unlessNone(answers.param),
    passthru: at && unlessNone(answers.passthru),
    'passthru-at': at,
    greeting: unlessNone(answers.greeting),
    'connect-to': connectTo,
    afterwards: answers.afterwards ?? (connectTo && 'connect'),
    'status-callback': unlessNone(answers['status-callback']),
  }
  const known = {...(url === '' ? {} : {url}), ...(at === undefined ? {} : {passthru: {}})}
  return {...wishOf(flags, known), ...(name === '' ? {} : {name})}
}

/** Where a Passthru stands; its URL may not be known yet. */
function passthruAt({passthru = '', 'passthru-at': at}: Answers) {
  if (at === undefined) return passthru === '' ? undefined : 'both'
  return at === 'none' ? undefined : at
}

function unlessNone<T extends string | readonly string[]>(answer: T | undefined): T | undefined {
  return answer?.length === 0 ? undefined : answer
}

/** The rate that a URL names itself, where it is one of Exotel's. */
export function rateIn(url: string): InitFlags['sample-rate'] {
  const pair = readParts(url).pairs.find((text) => text.startsWith(`${RATE_NAME}=`))
  const rate = pair?.slice(RATE_NAME.length + 1)
  return (['8000', '16000', '24000'] as const).find((known) => known === rate)
}

/** The command that says the same, and writes the same file. */
export function initCommand(answers: Answers, out = USUAL_FILE): string {
  const file = out === USUAL_FILE ? '' : `--out ${shellWord(withoutControls(out))}`
  return ['exostream flow init', flagsThatSay(answers), file]
    .filter((part) => part !== '')
    .join(' ')
}

/** The flags that say the same; what looks like a secret is left out, and has to be said again. */
export function flagsThatSay(answers: Answers): string {
  return ANSWERED.flatMap((name) => wordsOf(name, answers[name])).join(' ')
}

function wordsOf(name: Answered, value: Answers[Answered]): readonly string[] {
  if (value === undefined) return []
  if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`]
  const texts = typeof value === 'string' ? [value] : value
  return (texts.length === 0 ? [''] : texts)
    .filter((text) => maskSecrets(text) === text)
    .map((text) => `--${name} ${shellWord(withoutControls(text))}`)
}

function withoutEmpty(given: unknown): string[] {
  // The cast is what oclif and `listOf` make of such a flag.
  return (listOf(given) as readonly string[]).filter((text) => text !== '')
}
