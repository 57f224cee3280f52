import type {Tried} from '../calls.js'
import {diagnosed} from '../causes.js'
import {outcomeOf} from '../forms.js'
import {greet, HANG_UP, say} from '../scenario.js'
import type {Trial} from '../trial.js'

const MARKS = [
  {id: 'withheld', marks: 'withhold', what: 'that never came back'},
  {id: 'late', marks: 'late', what: 'that came back late'},
  {id: 'doubled', marks: 'twice', what: 'that came back twice'},
] as const

/** C23: what becomes of marks is not documented in every case; a bot must not hang on one. */
export const marks: Trial = {
  rule: 'mark-deadlock',
  missing: ({calls}) =>
    calls.seen.some(({events}) => events.has('mark-echoed'))
      ? undefined
      : 'The bot sent no mark that could have been withheld.',
  run: async (calls) => {
    const stuck: {readonly what: string; readonly tried: Tried}[] = []
    for (const {id, marks: how, what} of MARKS) {
      if (calls.lost !== undefined) break
      const tried = await calls.try(`marks-${id}`, {
        plan: {marks: how},
        steps: (clip) => [greet(calls.greetMs), say(clip), say(clip), HANG_UP],
      })
      if (!tried.isAnswered) stuck.push({what, tried})
    }
    const tried = 'Called three times, with marks that were withheld, 2 s late, and returned twice.'
    if (stuck.length === 0) return {status: 'pass', tried}
    const sentences = stuck.map(({what, tried: seen}) => `After a mark ${what} ${outcomeOf(seen)}.`)
    return {
      status: 'fail',
      tried,
      detail: sentences.join(' '),
      diagnosis: diagnosed('waits-for-mark', sentences),
    }
  },
}
