import {ExostreamError} from '../../../errors.js'
import type {Flow} from '../../../flow/flow.js'
import {writeFlow} from '../../../flow/format/flow-writer.js'
import {makeFlow} from '../../../flow/make-flow.js'
import {shellWord} from '../../../shell-word.js'
import {findServe} from '../../../workspace.js'
import {isThere, writeNewFile} from '../../write-new-file.js'
import {type Answers, answersOf, initCommand, type InitFlags, wishFrom} from './answers.js'
import {askPerson, isPerson, tellHowToGoOn, type World} from './ask-person.js'
import {openQuestions} from './interview.js'
import {mistakeIn, whyPointless} from './judge.js'
import {isHere, type Known, knownOf, withServe} from './of-serve.js'

type Options = {
  readonly world: World
  readonly signal: AbortSignal
  /** The names of the flags on the command line; others may come from the environment. */
  readonly given: readonly string[]
  /** To a person, on stderr. */
  readonly say: (text: string) => void
}

type MadeFlow = {
  readonly flow: Flow
  /** Where it was written. */
  readonly file: string
  /** Of the `serve` of this folder, while the bot has no public URL. */
  readonly localUrl?: string
  /** The commands that come next. */
  readonly next: readonly string[]
}

/**
 * Asks for what the flags leave open, where somebody can be asked, and writes the flow.
 * @throws ExostreamError EXO_USAGE, EXO_DATA_DIR, EXO_INTERRUPTED
 */
export async function initFlow(flags: InitFlags, options: Options): Promise<MadeFlow> {
  const {out, force, yes} = flags
  const {world, say} = options
  const canAsk = isPerson(world)
  const isTaken = await isThere(out)
  const isDoubtful = isTaken && !force
  if (isDoubtful && (yes || !canAsk)) {
    throw usage(`${out} is there already: --force replaces it, --out FILE writes another.`)
  }
  const known = knownOf(await findServe(flags['data-dir']))
  const complete = (answers: Answers) => (yes || !canAsk ? withServe(answers, known) : answers)
  const given = complete(answersOf(flags))
  assertGood(given, options.given)
  if (!canAsk) assertWhole(given)

  const target = {file: out, isDoubtful, replaces: isTaken}
  const isAsked = canAsk && (isDoubtful || openQuestions(given, {isShort: yes}).length > 0)
  const asked = isAsked
    ? await askPerson(given, {...options, known, isShort: yes, target})
    : {answers: given, ...target}
  const {file} = asked
  const answers = complete(asked.answers)
  const flow = makeFlow(wishFrom(answers))
  await writeNewFile(file, writeFlow(flow), asked).catch((error: unknown) => {
    if (isAsked) tellHowToGoOn(answers, {file, say})
    throw error
  })
  for (const note of notesOn(answers, {flags, known, given: options.given})) say(note)
  if (isAsked) say('')
  return {flow, file, ...localUrlOf(answers, known), next: nextCommands(file, answers, known)}
}

/** @throws ExostreamError EXO_USAGE */
function assertGood(answers: Answers, given: readonly string[]): void {
  const mistake = whyPointless(answers, given) ?? mistakeIn(answers)
  if (mistake !== undefined) throw usage(mistake)
}

const PLACES: Partial<Record<keyof Answers, string>> = {
  use: '--use voicebot|stream|connect-voice-ai',
  url: '--url URL',
  passthru: '--passthru URL',
}

function assertWhole(answers: Answers): void {
  const open = openQuestions(answers, {isShort: false})
  const missing = open.flatMap((name) => PLACES[name] ?? [])
  if (missing.length === 0) return
  const optional = open.filter((name) => PLACES[name] === undefined && name !== 'where')
  throw usage(
    [
      'There is no terminal to ask on: say it by flags.',
      [initCommand(answers), ...missing].join(' '),
      ...(open.includes('url')
        ? ['While the URL is not known yet: --where unknown in the place of --url.']
        : []),
      `With a default: ${optional.map((name) => `--${name}`).join(', ')}, --out.`,
    ].join('\n'),
  )
}

type Taken = {
  readonly flags: InitFlags
  readonly known: Known
  readonly given: readonly string[]
}

/** What became of the flags, where it is not what they say. */
function notesOn(answers: Answers, {flags, known, given}: Taken): readonly string[] {
  const pointless = whyPointless(answers, given)
  const isTaken = answers.auth === 'basic' && flags.auth === undefined
  return [
    ...(pointless === undefined ? [] : [`${pointless} It is left out.`]),
    ...(isTaken && known.shown !== undefined
      ? [
          `The exostream serve of this folder, ${known.shown}, asks for credentials, so --auth basic is taken.`,
        ]
      : []),
  ]
}

function localUrlOf({url}: Answers, {localUrl}: Known): Pick<MadeFlow, 'localUrl'> {
  return url === undefined && localUrl !== undefined ? {localUrl} : {}
}

const USUAL_HOST = '127.0.0.1:5000'

function nextCommands(file: string, answers: Answers, known: Known): readonly string[] {
  const {localUrl = ''} = known
  const host = URL.canParse(localUrl) ? new URL(localUrl).host : USUAL_HOST
  const word = shellWord(file)
  return [
    `exostream flow check ${word}`,
    `exostream simulate --flow ${word}${isHere(answers, known) ? ` --flow-host ${host}` : ''}`,
  ]
}

function usage(message: string): ExostreamError {
  return new ExostreamError('EXO_USAGE', message)
}
