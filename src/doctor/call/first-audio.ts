import type {CallReport} from '../../report/report.js'
import {inSeconds} from '../../report/text/units.js'
import {NO_CLOSE_FRAME} from '../../stream/socket.js'
import type {Check, CheckResult} from '../check.js'

/** The policy of the rule first-audio-slow (github.com/exotel/Agent-Stream). */
const SLOW_MS = 4000
/** A bot that waits for the caller's word is to answer it within this: our policy. */
const SLOW_ANSWER_MS = 3000

const GREET_AT_ONCE =
  'Send a greeting that was made beforehand as soon as start arrives, and keep the engines warm.'

/** The bot is heard, and soon enough for a caller to stay. */
export const firstAudioCheck: Check = {
  id: 'first-audio',
  title: 'The bot is heard',
  group: 'call',
  roles: ['stream'],
  // What cannot be read cannot be heard either, and is told there.
  needs: ['call', 'conformance'],
  limitMs: 1000,
  run({target, known: {call}}) {
    if (!call) return Promise.resolve(NO_CALL)
    return Promise.resolve(target.applet === 'stream' ? NOT_ASKED : judge(call))
  },
}

const NO_CALL: CheckResult = {status: 'skip', summary: 'not checked: there was no call'}

const NOT_ASKED: CheckResult = {
  status: 'skip',
  summary: 'not checked: behind a Stream applet a bot only listens',
  mayGoOn: true,
}

/** `stop` finds out why. */
const READS_NOTHING: CheckResult = {
  status: 'skip',
  summary:
    'not judged: the bot sent nothing, and left even the close of the call without an answer',
  mayGoOn: true,
}

function judge(call: CallReport): CheckResult {
  const {closing, metrics, speech} = call
  const sentMs = metrics['firstMediaMs']
  if (sentMs === undefined && closing?.code === NO_CLOSE_FRAME) return READS_NOTHING
  if (sentMs === undefined) {
    return {
      status: 'warn',
      summary: 'the bot sent no audio in the whole call, though it was spoken to',
      fix: `${GREET_AT_ONCE} Look in the log of the bot for an error in its handler of start or media.`,
    }
  }
  const [first] = speech.bot
  if (!first) {
    return {
      status: 'warn',
      summary: 'the bot sent audio, and all of it is silence',
      detail: `the first audio came ${inSeconds(sentMs)} after start; nothing was louder than -50 dBFS`,
      fix: 'Look whether the output of your speech engine reaches media.payload: what was sent is digital silence, or too soft to be heard.',
    }
  }
  const answerMs = afterWords(call, first.startMs)
  const answered =
    answerMs === undefined ? '' : `, ${inSeconds(answerMs)} after the caller's first words`
  const when = `the bot was first heard ${inSeconds(first.startMs)} after start${answered}`
  const isSlow = first.startMs > SLOW_MS && (answerMs ?? first.startMs) > SLOW_ANSWER_MS
  if (!isSlow) return {status: 'pass', summary: when}
  return {
    status: 'warn',
    summary: `${when}: silence makes callers hang up`,
    fix: GREET_AT_ONCE,
  }
}

/** Undefined where the bot did not wait for the caller to finish. */
function afterWords({speech}: CallReport, heardMs: number): number | undefined {
  const [words] = speech.caller
  return !words || heardMs < words.endMs ? undefined : heardMs - words.endMs
}
