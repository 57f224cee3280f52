import {describe, expect, test} from 'vitest'

import type {ExpectationKind, TurnKind} from '../../../../src/protocol/events.js'
import {judgeTurn, type TurnNumbers} from '../../../../src/simulate/numbers/judge.js'

type Asked = {
  readonly kind?: TurnKind
  readonly expectation?: ExpectationKind
  readonly withinMs?: number
  readonly talkOver?: 'allow'
  readonly isSilent?: boolean
}

function judged(asked: Asked, numbers: TurnNumbers, uncertaintyMs = 0) {
  const {kind = 'say', isSilent = false, ...expected} = asked
  const start = {type: 'turn-start', atMs: 0, turn: 0, step: 0, label: '', kind} as const
  const caller = isSilent ? {} : {caller: {startMs: 0, endMs: 1000}}
  return judgeTurn({start: {...start, ...expected}, ...caller}, numbers, uncertaintyMs)
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
