import {ExostreamError} from '../../../errors.js'
import {checkFlow} from '../../../flow/check/check-flow.js'
import {readFlow} from '../../../flow/format/flow-reader.js'
import {writeFlow} from '../../../flow/format/flow-writer.js'
import {makeFlow, type Wish} from '../../../flow/make-flow.js'
import {type Answers, wishFrom} from './answers.js'

/** In the place of what is not answered yet, so that it is not found missing; never shown. */
const STAND_IN = {url: 'wss://bot.acme.in/media', passthru: 'https://bot.acme.in/passthru'}

/**
 * Why a flow of these answers would not be good, and what to do, maybe with a line to copy; undefined where it would be, whatever
 * is not answered yet. The rules are those of the file and of `flow check`, so that no file is ever
 * written that they would refuse.
 */
export function mistakeIn(answers: Answers): string | undefined {
  try {
    const read = readFlow(writeFlow(makeFlow(withStandIns(wishFrom(answers)))), FILE)
    const found = checkFlow(read, {isLocal: false})
    const bad = found.find(({severity}) => severity !== 'info')
    return bad && `${bad.summary} ${bad.fix.replace(OF_ANOTHER_COMMAND, '')}`
  } catch (error) {
    if (!(error instanceof ExostreamError)) throw error
    // Of what the file's own rules refuse, the place is in a file that nobody has seen.
    const [first = ''] = error.message.split('\n', 1)
    return first.startsWith(FILE) ? first.replace(/^\S+ /, '') : first
  }
}

const FILE = 'flow.yaml'

/** What is said in brackets of a flag that only `flow check` has. */
const OF_ANOTHER_COMMAND = / \([^()]*--local[^()]*\)/

/** The flag of the command line that another answer makes pointless, in a sentence; one that says "none" is not told. */
export function whyPointless(answers: Answers, given: readonly string[]): string | undefined {
  for (const {names, why} of POINTLESS.filter(({isSo}) => isSo(answers))) {
    const name = names.find((one) => given.includes(one) && !isNone(answers[one]))
    if (name !== undefined) return `--${name} means nothing ${why}.`
  }
  return undefined
}

type Pointless = {
  readonly names: readonly (keyof Answers)[]
  readonly isSo: (answers: Answers) => boolean
  /** What follows "means nothing". */
  readonly why: string
}

const POINTLESS: readonly Pointless[] = [
  {
    names: ['passthru', 'passthru-at', 'greeting', 'afterwards', 'connect-to'],
    isSo: ({use}) => use === 'connect-voice-ai',
    why: 'with --use connect-voice-ai, which has no flow around the stream',
  },
  {
    names: ['status-callback'],
    isSo: ({use}) => use !== undefined && use !== 'connect-voice-ai',
    why: 'without --use connect-voice-ai: a flow has no field for it',
  },
  {
    names: ['afterwards'],
    isSo: ({use}) => use === 'stream',
    why: 'with --use stream, which always connects the caller to people',
  },
  {
    names: ['connect-to'],
    isSo: ({use, afterwards}) => use !== 'stream' && afterwards === 'hangup',
    why: 'with --afterwards hangup',
  },
  {
    names: ['passthru'],
    isSo: ({'passthru-at': at}) => at === 'none',
    why: 'with --passthru-at none',
  },
]

/** A yes or no is about the stream, which each use has. */
function isNone(answer: Answers[keyof Answers]): boolean {
  return answer === 'none' || (typeof answer !== 'boolean' && answer?.length === 0)
}

function withStandIns(wish: Wish): Wish {
  const {url = STAND_IN.url, passthru: {before, after} = {}} = wish
  const asked = {url: STAND_IN.passthru}
  return {
    ...wish,
    url,
    passthru: {
      ...(before ? {before: {...asked, ...before}} : {}),
      ...(after ? {after: {...asked, ...after}} : {}),
    },
  }
}
