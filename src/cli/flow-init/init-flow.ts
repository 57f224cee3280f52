import {ExostreamError} from '../../errors.js'
import type {Flow} from '../../flow/flow.js'
import {writeFlow} from '../../flow/format/flow-writer.js'
import {makeFlow} from '../../flow/make-flow.js'
import {findServe} from '../../workspace.js'
import {isThere, writeNewFile} from '../write-new-file.js'
import {
  type Answers,
  answersOf,
  initCommand,
  type InitFlags,
  shellWord,
  wishFrom,
} from './answers.js'
import {askPerson, isPerson, type World} from './ask-person.js'
import {openQuestions} from './interview.js'
import {mistakeIn} from './judge.js'
import type {Known} from './questions.js'

type Options = {
  readonly world: World
  readonly signal: AbortSignal
  /** To a person, on stderr. */
  say(text: string): void
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
  const canAsk = isPerson(options.world)
  const isTaken = await isThere(out)
  const isDoubtful = isTaken && !force
  if (isDoubtful && (yes || !canAsk)) {
    throw usage(`${out} is there already: --force replaces it, --out FILE writes another.`)
  }
  const known = knownOf(await findServe(flags['data-dir']))
  const given = givenBy(flags, {known, takesDefaults: yes || !canAsk})
  if (!canAsk) assertWhole(given)

  const target = {file: out, isDoubtful, replaces: isTaken}
  const isAsked = canAsk && (isDoubtful || openQuestions(given, {isShort: yes}).length > 0)
  const {answers, file, replaces} = isAsked
    ? await askPerson(given, {...options, known, isShort: yes, target})
    : {answers: given, ...target}

  const flow = makeFlow(wishFrom(answers))
  await writeNewFile(file, writeFlow(flow), {replaces})
  return {flow, file, ...localUrlOf(answers, known), next: nextCommands(file, answers, known)}
}

function knownOf(serve: Awaited<ReturnType<typeof findServe>>): Known {
  if (!serve) return {}
  const {url: localUrl, publicUrl, asksCredentials} = serve
  return {
    localUrl,
    ...(publicUrl === undefined ? {} : {publicUrl}),
    ...(asksCredentials === undefined ? {} : {asksCredentials}),
  }
}

/** What the flags say, and, where nobody is asked, the URL of the serve that runs here. */
function givenBy(
  flags: InitFlags,
  {known: {publicUrl}, takesDefaults}: {readonly known: Known; readonly takesDefaults: boolean},
): Answers {
  const said = answersOf(flags)
  const isHere = said.where === 'this-machine' && said.url === undefined
  const isTakenOver = takesDefaults && isHere && publicUrl !== undefined
  const answers = isTakenOver ? {...said, url: publicUrl} : said
  const mistake = mistakeIn(answers)
  if (mistake !== undefined) throw usage(mistake)
  return answers
}

const PLACES: Partial<Record<keyof Answers, string>> = {
  use: '--use voicebot|stream|connect-voice-ai',
  url: '--url URL',
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

function localUrlOf({url}: Answers, {localUrl}: Known): Pick<MadeFlow, 'localUrl'> {
  return url === undefined && localUrl !== undefined ? {localUrl} : {}
}

const USUAL_HOST = '127.0.0.1:5000'

/** A bot behind a tunnel is called on this machine, as is one that has no public URL yet. */
function nextCommands(
  file: string,
  {where, url}: Answers,
  {localUrl, publicUrl}: Known,
): readonly string[] {
  const isHere = where === 'this-machine' || url === undefined || url === publicUrl
  const host =
    localUrl !== undefined && URL.canParse(localUrl) ? new URL(localUrl).host : USUAL_HOST
  return [
    `exostream flow check ${shellWord(file)}`,
    `exostream simulate --flow ${shellWord(file)}${isHere ? ` --flow-host ${host}` : ''}`,
  ]
}

function usage(message: string): ExostreamError {
  return new ExostreamError('EXO_USAGE', message)
}
