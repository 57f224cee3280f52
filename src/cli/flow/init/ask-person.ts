import {ExostreamError} from '../../../errors.js'
import {EXIT} from '../../exit-codes.js'
import {FailureError} from '../../failure.js'
import {type Env, lookOf, type Screen} from '../../look.js'
import {isThere} from '../../write-new-file.js'
import {type Answers, flagsThatSay, initCommand} from './answers.js'
import {interview} from './interview.js'
import {onLeavingKeys} from './leaving-keys.js'
import type {Known} from './of-serve.js'
import {createPrompter, type Prompter} from './prompter.js'

export type World = {
  readonly stdin: NodeJS.ReadableStream & {readonly isTTY?: boolean | undefined}
  /** Where the questions stand, so that stdout holds the answer alone. */
  readonly stderr: NodeJS.WritableStream & Screen
  readonly env: Env
}

type Options = {
  readonly world: World
  readonly signal: AbortSignal
  readonly known: Known
  /** Only what has no default is asked. */
  readonly isShort: boolean
  readonly target: Target
  /** To a person, on stderr. */
  readonly say: (text: string) => void
}

type Target = {
  readonly file: string
  /** It is there already, and nobody has said that it may be replaced. */
  readonly isDoubtful: boolean
  readonly replaces: boolean
}

/** Whether somebody sits there who can be asked. */
export function isPerson({stdin, stderr, env}: World): boolean {
  const isTerminal = stdin.isTTY === true && stderr.isTTY === true
  return isTerminal && !env['CI'] && env['TERM'] !== 'dumb'
}

/** @throws FailureError EXO_INTERRUPTED when the person leaves before the end */
export async function askPerson(given: Answers, options: Options) {
  const {world, known, isShort} = options
  const leaving = onLeavingKeys(world.stdin)
  const signal = AbortSignal.any([options.signal, leaving.signal])
  const look = lookOf(world.stderr, world.env)
  let answers = given
  let {file} = options.target
  try {
    const prompter = await createPrompter({input: world.stdin, output: world.stderr, look, signal})
    const settled = await settleTarget(prompter, options.target)
    ;({file} = settled)
    const onAnswer = (now: Answers): void => {
      answers = now
    }
    await interview(given, {prompter, known, isShort, onAnswer})
    return {answers, ...settled}
  } catch (error) {
    if (!signal.aborted) throw error
    throw leftBeforeTheEnd(tellHowToGoOn(answers, {file, say: options.say}))
  } finally {
    leaving.dispose()
  }
}

/** Of an interview that came to nothing; false where nothing was answered yet. */
export function tellHowToGoOn(
  answers: Answers,
  {file, say}: {readonly file: string; readonly say: (text: string) => void},
): boolean {
  if (flagsThatSay(answers) === '') return false
  say(`To go on from here:\n  ${initCommand(answers, file)}`)
  return true
}

/** Of the two that could be run again, the one that knows the answers. */
function leftBeforeTheEnd(isTold: boolean): Error {
  const message = 'Left before the end: nothing was written.'
  const left = new ExostreamError('EXO_INTERRUPTED', message)
  if (!isTold) return left
  const hint = 'Go on with the command line above: it asks only what is left.'
  return new FailureError({code: left.code, message, hint, exit: EXIT.interrupted})
}

/** Asked first, so that nobody has answered all the rest for nothing. */
async function settleTarget(
  prompter: Prompter,
  target: Target,
): Promise<Pick<Target, 'file' | 'replaces'>> {
  if (!target.isDoubtful) return target
  if (await prompter.confirm(`${target.file} is there already. Replace it?`)) {
    return {file: target.file, replaces: true}
  }
  const file = await prompter.write({message: 'Which file instead?', mistakeIn: whyNoNewFile})
  return {file, replaces: false}
}

async function whyNoNewFile(path: string): Promise<string | undefined> {
  if (path === '') return 'Write the name of a file; Esc leaves.'
  try {
    return (await isThere(path)) ? `${path} is there already.` : undefined
  } catch (error) {
    if (error instanceof ExostreamError) return error.message
    throw error
  }
}
