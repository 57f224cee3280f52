import type {Clip, Step} from '../../scenario/scenario.js'
import type {Calls, Seen} from '../calls.js'
import {diagnosed} from '../causes.js'
import {greet, HANG_UP, say} from '../scenario.js'
import type {Trial} from '../trial.js'

/** The caller says something this often, so that no bot leaves for want of company. */
const ROUND_MS = 9000
/** The words of the caller and the wait for an answer. */
const SPOKEN_MS = 2500
const LONGEST_MS = 120_000

/** C37: pings are not documented; audio that arrives is the sign of life. */
export const pongs: Trial = {
  rule: 'closes-without-pong',
  missing: ({isOverNetwork}) =>
    isOverNetwork ? undefined : 'A bot in this process has no socket that could be pinged.',
  run: async (calls) => {
    const seconds = (calls.withoutPongMs / 1000).toFixed(0)
    const tried = `No ping was answered for ${seconds} s of a call, in which audio went on.`
    const silent = await long(calls, 'no-pongs', false)
    if (!isClosedByBot(silent)) return {status: 'pass', tried}
    const answering = await long(calls, 'pongs', true)
    if (isClosedByBot(answering)) {
      return {
        status: 'not-tried',
        tried: `The bot ended a call of ${seconds} s with its pings answered, too.`,
      }
    }
    const {closing, durationMs} = silent.report
    const sentence = `Without pongs the bot closed the call with ${String(closing?.code)} after ${(durationMs / 1000).toFixed(1)} s, and not with them.`
    return {
      status: 'warn',
      tried,
      detail: sentence,
      diagnosis: diagnosed('closes-without-pong', [sentence]),
    }
  },
}

function long(calls: Calls, name: string, autoPong: boolean): Promise<Seen> {
  const rounds = Math.max(1, Math.round(calls.withoutPongMs / ROUND_MS))
  const waitMs = Math.max(0, Math.round(calls.withoutPongMs / rounds) - SPOKEN_MS)
  return calls.make(name, {
    plan: {autoPong, maxSessionMs: LONGEST_MS},
    steps: (clip) => [
      greet(calls.greetMs),
      ...Array.from({length: rounds}, () => round(clip, waitMs)).flat(),
      HANG_UP,
    ],
  })
}

function round(clip: Clip, ms: number): readonly Step[] {
  return [say(clip), {wait: {ms}}]
}

function isClosedByBot({report: {closing}}: Seen): boolean {
  return closing !== undefined && closing.by !== 'caller'
}
