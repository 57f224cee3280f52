import {ExostreamError} from '../../errors.js'
import {checkFlow} from '../../flow/check/check-flow.js'
import {readFlow} from '../../flow/format/flow-reader.js'
import {writeFlow} from '../../flow/format/flow-writer.js'
import {makeFlow, type Wish} from '../../flow/make-flow.js'
import {type Answers, wishFrom} from './answers.js'

/** In the place of what is not answered yet, so that it is not found missing; never shown. */
const STAND_IN = {url: 'wss://bot.acme.in/media', passthru: 'https://bot.acme.in/passthru'}

/**
 * Why a flow of these answers would not be good, in a sentence; undefined where it would be, whatever
 * is not answered yet. The rules are those of the file and of `flow check`, so that no file is ever
 * written that they would refuse.
 */
export function mistakeIn(answers: Answers): string | undefined {
  try {
    const read = readFlow(writeFlow(makeFlow(withStandIns(wishFrom(answers)))), FILE)
    const found = checkFlow(read, {isLocal: false})
    return found.find(({severity}) => severity !== 'info')?.summary
  } catch (error) {
    if (!(error instanceof ExostreamError)) throw error
    // Of what the file's own rules refuse, the place is in a file that nobody has seen.
    const [first = ''] = error.message.split('\n', 1)
    return first.startsWith(FILE) ? first.replace(/^\S+ /, '') : first
  }
}

const FILE = 'flow.yaml'

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
