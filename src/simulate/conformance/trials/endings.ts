import type {Calls, Seen} from '../calls.js'
import {diagnosed} from '../causes.js'
import {outcomeOf} from '../forms.js'
import {greet, say} from '../scenario.js'
import type {Trial, Verdict} from '../trial.js'
import type {Variation} from '../variation.js'
import type {Wire} from '../wire.js'

type Ending = {
  readonly id: string
  /** For "After ...". */
  readonly what: string
  readonly how: 'stop' | 'close' | 'abort' | 'half-open'
  readonly wires?: readonly Wire[]
}

const withoutClose: Wire = () => ({send: (text) => [text], keepsOpen: true})

const ENDINGS: readonly Ending[] = [
  {id: 'close', what: 'a close without `stop`', how: 'close'},
  {id: 'stop-alone', what: '`stop` without a close', how: 'stop', wires: [withoutClose]},
  {id: 'abort', what: 'a connection that broke', how: 'abort'},
  {id: 'half-open', what: 'a caller who vanished', how: 'half-open'},
]

/**
 * C30: each call is hung up in another way while the bot speaks; whether the bot got over it shows
 * in the next one.
 */
export const endings: Trial = {
  rule: 'leaks-after-close',
  run: async (calls) => {
    const tried = `Hung up in mid-speech by ${ENDINGS.map(({what}) => what).join(', ')}, and called again each time.`
    let talkedOn: string | undefined
    for (const ending of ENDINGS) {
      const seen = await calls.make(ending.id, endedBy(ending, calls))
      if (seen.report.findings.some(({rule}) => rule === 'sent-after-stop')) {
        talkedOn = `After ${ending.what} the bot went on sending.`
      }
      if (!(await calls.isAlive(`a call that ended with ${ending.what}`))) {
        return deadVerdict(calls, ending, tried)
      }
    }
    return talkedOn === undefined
      ? {status: 'pass', tried}
      : {status: 'warn', tried, detail: talkedOn}
  },
}

function endedBy({how, wires = []}: Ending, calls: Calls): Variation {
  return {
    wires,
    steps: (clip) => [greet(calls.greetMs), say(clip), {hangUp: how, now: true}],
  }
}

function deadVerdict(calls: Calls, {what}: Ending, tried: string): Verdict {
  const sentence = deathSentence(what, calls.seen.at(-1))
  return {
    status: 'fail',
    tried,
    detail: sentence,
    diagnosis: diagnosed('dead-after-hang-up', [sentence]),
  }
}

/** @param last the ordinary call that was not answered any more */
export function deathSentence(what: string, last: Seen | undefined): string {
  const then = last ? `: ${outcomeOf(last)}` : ''
  return `After ${what} no call was answered any more${then}.`
}
