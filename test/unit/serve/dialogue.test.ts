import {describe, expect, test} from 'vitest'

import {
  answer,
  BEGINNING,
  type Input,
  opening,
  type Script,
  takesDigits,
} from '../../../src/serve/bots/dialogue.js'

const SCRIPT: Script = {
  start: ['hello'],
  turns: [['a'], ['b', 'c']],
  loop: false,
  digits: new Map([
    ['1', ['one']],
    ['12', ['twelve']],
    ['other', ['sorry']],
  ]),
}

const turn: Input = {type: 'turn'}
const digits = (pressed: string): Input => ({type: 'digits', digits: pressed})

/** What is played after each input, `-` for nothing, and the labels. */
function play(script: Script, inputs: readonly Input[]): {played: string[]; labels: string[]} {
  let progress = BEGINNING
  const played: string[] = []
  const labels: string[] = []
  for (const input of inputs) {
    const step = answer(script, progress, input)
    progress = step.progress
    played.push(step.reply?.play.join(' ') ?? '-')
    if (step.reply) labels.push(step.reply.label)
  }
  return {played, labels}
}

describe('what is played next', () => {
  test.each<[string, Script, Input[], string[]]>([
    ['the last answer is repeated', SCRIPT, [turn, turn, turn], ['a', 'b c', 'b c']],
    ['a loop begins again', {...SCRIPT, loop: true}, [turn, turn, turn], ['a', 'b c', 'a']],
    ['without answers, a turn is met with silence', {...SCRIPT, turns: []}, [turn], ['-']],
    ['a loop of no answers is silence too', {...SCRIPT, turns: [], loop: true}, [turn], ['-']],
    ['a whole burst comes before its last digit', SCRIPT, [digits('12')], ['twelve']],
    ['the last digit comes before the rest', SCRIPT, [digits('91')], ['one']],
    ['the rest is other', SCRIPT, [digits('3')], ['sorry']],
    [
      'without other, unknown digits are ignored',
      {...SCRIPT, digits: new Map()},
      [digits('3')],
      ['-'],
    ],
    ['digits do not count as turns', SCRIPT, [digits('1'), turn], ['one', 'a']],
    ['a digit named like a method is unknown', SCRIPT, [digits('constructor')], ['sorry']],
  ])('%s', (_, script, inputs, expected) => {
    const {played} = play(script, inputs)

    expect(played).toEqual(expected)
  })

  test('the start is played first, and does not hang up', () => {
    expect(opening(SCRIPT)).toEqual({label: 'start', play: ['hello'], thenHangUp: false})
  })

  test('every reply of a call has a label of its own', () => {
    const {labels} = play(SCRIPT, [turn, digits('1'), turn, digits('1'), turn])

    expect(labels).toEqual(['turn-1', 'digits-1', 'turn-2', 'digits-2', 'turn-3'])
  })
})

describe('a caller who says nothing', () => {
  const silence: Input = {type: 'silence'}
  const patient = {...SCRIPT, silence: {afterMs: 1, play: ['there?'], times: 2}}

  test.each<[string, Script, Input[], string[]]>([
    ['is not spoken to without words for it', SCRIPT, [silence], ['-']],
    [
      'is spoken to so often in a row',
      patient,
      [silence, silence, silence],
      ['there?', 'there?', '-'],
    ],
    [
      'is spoken to again after a turn',
      patient,
      [silence, silence, turn, silence],
      ['there?', 'there?', 'a', 'there?'],
    ],
    [
      'is spoken to again after digits',
      patient,
      [silence, silence, digits('1'), silence],
      ['there?', 'there?', 'one', 'there?'],
    ],
    ['has taken no turn', patient, [turn, silence, turn], ['a', 'there?', 'b c']],
  ])('%s', (_, script, inputs, expected) => {
    const {played} = play(script, inputs)

    expect(played).toEqual(expected)
  })

  test('is spoken to under a label of its own each time', () => {
    const {labels} = play(patient, [silence, turn, silence, silence])

    expect(labels).toEqual(['silence-1', 'turn-1', 'silence-2', 'silence-3'])
  })

  test('does not bring the end', () => {
    const ending = {...patient, end: {afterTurns: 1, play: ['bye']}}

    expect(play(ending, [silence, turn]).played).toEqual(['there?', 'bye'])
  })
})

describe('the end', () => {
  const ending = {...SCRIPT, end: {afterTurns: 2, onDigits: '0', play: ['bye']}}

  test.each<[string, Input[], string[]]>([
    ['takes the place of the answer to its turn', [turn, turn], ['a', 'bye']],
    ['comes on its digit', [digits('0')], ['bye']],
    ['comes when its digit is the last of a burst', [digits('10')], ['bye']],
    ['is followed by nothing', [digits('0'), turn, digits('1')], ['bye', '-', '-']],
  ])('%s', (_, inputs, expected) => {
    const {played} = play(ending, inputs)

    expect(played).toEqual(expected)
  })

  test('is the only reply that hangs up', () => {
    const first = answer(ending, BEGINNING, turn)
    const second = answer(ending, first.progress, turn)

    expect([first.reply?.thenHangUp, second.reply?.thenHangUp]).toEqual([false, true])
  })
})

test.each<[string, Script, boolean]>([
  ['entries for digits', SCRIPT, true],
  ['an end on a digit', {...SCRIPT, digits: new Map(), end: {onDigits: '0', play: []}}, true],
  ['neither', {...SCRIPT, digits: new Map(), end: {afterTurns: 1, play: []}}, false],
])('whether digits mean anything, with %s', (_, script, expected) => {
  expect(takesDigits(script)).toBe(expected)
})
