import {describe, expect, test} from 'vitest'

import type {ExpectationKind, TurnKind} from '../../../../../src/protocol/events.js'
import {type Evidence, judgeTurn} from '../../../../../src/simulate/numbers/turn/judge.js'
import type {TurnNumbers} from '../../../../../src/simulate/numbers/turn/turn-numbers.js'

type Asked = {
  readonly kind?: TurnKind
  readonly expectation?: ExpectationKind
  readonly withinMs?: number
  readonly talkOver?: 'allow'
  readonly code?: number
  readonly isSilent?: boolean
}

function judged(asked: Asked, numbers: TurnNumbers, uncertaintyMs = 0) {
  const uncertainties = Object.fromEntries(
    Object.keys(numbers).map((name) => [name, uncertaintyMs]),
  )
  return judgedOn(asked, {numbers, uncertainties, waitMs: uncertaintyMs})
}

function judgedOn(asked: Asked, evidence: Evidence) {
  const {kind = 'say', isSilent = false, ...expected} = asked
  const start = {type: 'turn-start', atMs: 0, turn: 0, step: 0, label: '', kind} as const
  const caller = isSilent ? {} : {caller: {startMs: 0, endMs: 1000}}
  return judgeTurn({start: {...start, ...expected}, ...caller}, evidence)
}

test('a turn that expects nothing is not judged', () => {
  expect(judged({withinMs: 1}, {responseMs: 5000})).toEqual({})
})

describe('an answer', () => {
  const respond = {expectation: 'respond'} as const

  test('without a limit may take any time', () => {
    expect(judged(respond, {responseMs: 60_000})).toEqual({met: true})
  })

  test('that never came is said to be missing', () => {
    expect(judged(respond, {})).toEqual({met: false, why: 'The bot did not answer.'})
  })

  test('may come right on the limit, and no later', () => {
    expect(judged({...respond, withinMs: 800}, {responseMs: 800})).toEqual({met: true})
    expect(judged({...respond, withinMs: 800}, {responseMs: 801})).toEqual({
      met: false,
      why: 'It took 801 ms, over the limit of 800 ms.',
    })
  })

  test.each([
    [740, 60, {met: true}],
    [861, 60, {met: false, why: 'It took 861 ms, over the limit of 800 ms.'}],
    [
      741,
      60,
      {
        why: 'It took 741 ms, and our own sending was up to 60 ms late: too close to the limit of 800 ms to tell.',
      },
    ],
    [
      860,
      60,
      {
        why: 'It took 860 ms, and our own sending was up to 60 ms late: too close to the limit of 800 ms to tell.',
      },
    ],
  ])('after %i ± %i ms is judged over the whole interval', (responseMs, uncertaintyMs, verdict) => {
    expect(judged({...respond, withinMs: 800}, {responseMs}, uncertaintyMs)).toEqual(verdict)
  })

  test('is not voided by a stall of 60 ms when the limit is far away', () => {
    expect(judged({...respond, withinMs: 2000}, {responseMs: 900}, 60)).toEqual({met: true})
  })

  test.each([0, 1, 500])('may begin %i ms before the caller has finished', (early) => {
    expect(judged({...respond, withinMs: 800}, {responseMs: -early})).toEqual({met: true})
  })

  test('that begins more than 500 ms before the caller has finished is talk-over', () => {
    expect(judged(respond, {responseMs: -501})).toEqual({
      met: false,
      why: 'The bot began 501 ms before the caller had finished.',
    })
  })

  test('may begin at any time where talk-over is allowed', () => {
    expect(judged({...respond, talkOver: 'allow'}, {responseMs: -3000})).toEqual({met: true})
  })

  test.each([
    [-530, {met: false, why: 'The bot began 530 ms before the caller had finished.'}],
    [
      -510,
      {
        why: 'The bot began 510 ms before the caller had finished, and our own sending was up to 20 ms late: too close to the limit of 500 ms to tell.',
      },
    ],
    [
      -490,
      {
        why: 'The bot began 490 ms before the caller had finished, and our own sending was up to 20 ms late: too close to the limit of 500 ms to tell.',
      },
    ],
    [-480, {met: true}],
  ])(
    'at %i ± 20 ms is talk-over only if it is so over the whole interval',
    (responseMs, verdict) => {
      expect(judged(respond, {responseMs}, 20)).toEqual(verdict)
    },
  )
})

describe('a greeting', () => {
  const greeting = {kind: 'greeting', expectation: 'respond', withinMs: 1000} as const

  test('is judged by when the bot is first heard', () => {
    expect(judged(greeting, {greetingMs: 1000})).toEqual({met: true})
    expect(judged(greeting, {greetingMs: 1001})).toMatchObject({met: false})
  })

  test('that never came is said to be missing', () => {
    expect(judged(greeting, {})).toEqual({met: false, why: 'The bot said nothing.'})
  })
})

describe('a stop', () => {
  const stop = {kind: 'interrupt', expectation: 'stop'} as const

  test('is judged by when the caller hears no more', () => {
    expect(judged({...stop, withinMs: 300}, {bargeInStopMs: 300})).toEqual({met: true})
    expect(judged({...stop, withinMs: 300}, {bargeInStopMs: 320})).toEqual({
      met: false,
      why: 'It took 320 ms, over the limit of 300 ms.',
    })
  })

  test.each([undefined, 300, 5000])(
    'after more than 2 s is none, with a limit of %s ms',
    (withinMs) => {
      const asked = withinMs === undefined ? stop : {...stop, withinMs}

      expect(judged(asked, {bargeInStopMs: 2001})).toEqual({
        met: false,
        why: 'The bot did not stop.',
      })
    },
  )

  test('may take up to 2 s when no limit was given, or a higher one', () => {
    expect(judged(stop, {bargeInStopMs: 2000})).toEqual({met: true})
    expect(judged({...stop, withinMs: 5000}, {bargeInStopMs: 2000})).toEqual({met: true})
  })

  test('that hangs on the 2 s is not judged, whatever limit was given', () => {
    const verdict = judged({...stop, withinMs: 5000}, {bargeInStopMs: 2010}, 20)

    expect(verdict).not.toHaveProperty('met')
    expect(verdict.why).toMatch(/^It took 2010 ms, .* too close to the limit of 2000 ms to tell\.$/)
  })

  test('needs a bot that speaks', () => {
    expect(judged(stop, {})).toEqual({
      met: false,
      why: 'The bot was not speaking when it was interrupted.',
    })
    expect(judged({...stop, isSilent: true}, {})).toEqual({
      met: false,
      why: 'There was nothing to interrupt: the bot had not begun, or had finished before afterMs.',
    })
  })
})

describe('what should be ignored', () => {
  const ignore = {expectation: 'ignore'} as const

  test('is ignored when nothing is said', () => {
    expect(judged(ignore, {})).toEqual({met: true})
  })

  test('is not when the bot answers', () => {
    expect(judged(ignore, {responseMs: 420})).toEqual({
      met: false,
      why: 'The bot answered after 420 ms; it should not have.',
    })
  })
})

describe('a backchannel', () => {
  const ignore = {kind: 'backchannel', expectation: 'ignore'} as const

  test('is ignored by a bot that speaks on, whatever it answers afterwards', () => {
    expect(judged(ignore, {falseYield: 0})).toEqual({met: true})
  })

  test('is not by one that falls silent', () => {
    expect(judged(ignore, {falseYield: 1})).toEqual({
      met: false,
      why: 'The bot fell silent, though nobody had taken the word from it.',
    })
  })

  test('is not judged where nothing could be told', () => {
    expect(judged(ignore, {})).toEqual({
      why: 'The bot was not speaking then, or had just finished: nothing can be told.',
    })
  })
})

describe('a noise', () => {
  const ignore = {kind: 'noise', expectation: 'ignore'} as const

  test.each([
    [{spuriousResponse: 0} as const, {met: true}],
    [
      {spuriousResponse: 1} as const,
      {met: false, why: 'The bot spoke within 2 s of a noise, though nobody had spoken.'},
    ],
    [
      {},
      {
        why: 'The bot still spoke, owed an answer, or the call ended too soon: nothing can be told.',
      },
    ],
  ])('with %j', (numbers, verdict) => {
    expect(judged(ignore, numbers)).toEqual(verdict)
  })
})

describe('a silence', () => {
  const respond = {kind: 'silence', expectation: 'respond', withinMs: 5000, isSilent: true} as const
  const ignore = {kind: 'silence', expectation: 'ignore', isSilent: true} as const

  test('that wants a prompt has it within its time, or not', () => {
    expect(judged(respond, {promptMs: 5000})).toEqual({met: true})
    expect(judged(respond, {promptMs: 5001})).toMatchObject({met: false})
    expect(judged(respond, {})).toEqual({met: false, why: 'The bot said nothing.'})
  })

  test('that is to be left alone is, or not', () => {
    expect(judged(ignore, {})).toEqual({met: true})
    expect(judged(ignore, {promptMs: 900})).toEqual({
      met: false,
      why: 'The bot spoke after 900 ms; it should not have.',
    })
  })
})

describe('what the caller sent itself', () => {
  const send = {kind: 'send', expectation: 'respond', withinMs: 300, isSilent: true} as const

  test('is answered in time, too late, or never', () => {
    expect(judged(send, {answerMs: 300})).toEqual({met: true})
    expect(judged(send, {answerMs: 301})).toMatchObject({met: false})
    expect(judged(send, {})).toEqual({met: false, why: 'The bot did not answer it.'})
  })
})

describe('a closing', () => {
  const closing = {kind: 'closing', expectation: 'respond', withinMs: 3000, isSilent: true} as const
  const ended = (end?: Evidence['ended'], waitMs = 0) =>
    judgedOn(closing, {
      numbers: {},
      uncertainties: {},
      waitMs,
      ...(end ? {ended: end} : {}),
    })

  test('is met by a bot that closes in time', () => {
    expect(ended({by: 'bot', code: 1000, atMs: 3000})).toEqual({met: true})
  })

  test('names the code of one that closes too late', () => {
    expect(ended({by: 'bot', code: 1001, atMs: 3100})).toEqual({
      met: false,
      why: 'The bot closed with 1001. It took 3100 ms, over the limit of 3000 ms.',
    })
  })

  test('may want a code, and names another', () => {
    const asked = {...closing, code: 1000}
    const verdict = (code: number) =>
      judgedOn(asked, {
        numbers: {},
        uncertainties: {},
        waitMs: 0,
        ended: {by: 'bot', code, atMs: 10},
      })

    expect(verdict(1000)).toEqual({met: true})
    expect(verdict(1011)).toEqual({
      met: false,
      why: 'The bot closed with 1011; it should have been with 1000.',
    })
  })

  test('is not judged when it hangs on our own lateness', () => {
    expect(ended({by: 'bot', code: 1000, atMs: 3100}, 150)).not.toHaveProperty('met')
  })

  test.each([
    [undefined, 'The bot did not close the stream.'],
    [{by: 'caller', code: 1000, atMs: 10} as const, 'The bot did not close the stream.'],
    [
      {by: 'network', code: 1006, atMs: 10} as const,
      'The connection broke (1006); the bot did not close it.',
    ],
  ])('is not met by %j', (end, why) => {
    expect(ended(end)).toEqual({met: false, why})
  })
})
