import {expect, test} from 'vitest'

import {plainPaint} from '../../../../src/report/text/look.js'
import {drawTurnTable} from '../../../../src/report/text/turn-table.js'
import {aTurn} from '../reports.js'

const look = {width: 80, paint: plainPaint, ascii: false}

test.for([
  ['greeting', {kind: 'greeting', expectation: 'respond', met: true, greetingMs: 412}, '412 ms'],
  ['answer', {expectation: 'respond', met: true, responseMs: 840}, '840 ms'],
  ['early answer', {expectation: 'respond', met: true, responseMs: -120}, '-120 ms'],
  ['stop', {kind: 'interrupt', expectation: 'stop', met: true, bargeInStopMs: 340}, '340 ms'],
  ['needless answer', {expectation: 'ignore', met: false, responseMs: 500}, '500 ms'],
  ['stop nobody asked for', {kind: 'interrupt', bargeInStopMs: 90}, '90 ms'],
] as const)('the time of a turn is the one that is expected of it: %s', ([, fields, time]) => {
  const [, line] = drawTurnTable([aTurn(fields)], look)

  expect(line).toContain(` ${time}`)
})

test('a time that the rig may have blurred is shown with its uncertainty', () => {
  const turn = aTurn({expectation: 'respond', met: true, responseMs: 990, uncertaintyMs: 41})

  expect(drawTurnTable([turn], look)[1]).toContain('990 ±41 ms')
  expect(drawTurnTable([turn], {...look, ascii: true})[1]).toContain('990 +-41 ms')
})

test('a time that is surer than the rest of its turn is shown with its own uncertainty', () => {
  const turn = aTurn({
    kind: 'interrupt',
    expectation: 'stop',
    bargeInStopMs: 240,
    uncertaintyMs: 200,
  })
  const surer = (bargeInStopMs: number) => ({...turn, uncertaintiesMs: {bargeInStopMs}})

  expect(drawTurnTable([turn], look)[1]).toContain('240 ±200 ms')
  expect(drawTurnTable([surer(12)], look)[1]).toContain('240 ±12 ms')
  expect(drawTurnTable([surer(0)], look)[1]).toContain(' 240 ms')
})

test('the reason stands under a turn that did not pass, and under no other', () => {
  const passed = aTurn({expectation: 'respond', met: true, why: 'not of interest'})
  const failed = aTurn({expectation: 'respond', met: false, why: 'The bot did not answer.'})

  const lines = drawTurnTable([passed, failed], look)

  expect(lines.slice(1).map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ['0', 'say', 'hello', 'respond', 'pass'],
    ['0', 'say', 'hello', 'respond', 'fail'],
    ['The bot did not answer.'],
  ])
})

test.for([
  [
    {met: true, responseMs: -501},
    ['The bot was heard while the caller still spoke, as an echo is.'],
  ],
  [{met: true, responseMs: -500}, []],
  [{met: false, responseMs: -501, why: 'Too early.'}, ['Too early.']],
  [{responseMs: -501, why: 'Cannot be told.'}, ['Cannot be told.']],
] as const)('an answer far too early that passes is told as an echo: %j', ([fields, lines]) => {
  const drawn = drawTurnTable([aTurn({expectation: 'respond', ...fields})], look)

  expect(drawn.slice(2).map((line) => line.trim())).toEqual(lines)
})

test('a turn of which nothing was expected has no result', () => {
  const [, line] = drawTurnTable([aTurn({kind: 'digits', label: '12#'})], look)

  expect(line).toBe('  0  digits  12#')
})

test('no line is wider than the terminal, because the label gives way', () => {
  const turn = aTurn({label: 'word '.repeat(60), expectation: 'respond', withinMs: 2000, met: true})

  const lines = drawTurnTable([turn], look)

  expect(Math.max(...lines.map((line) => line.length))).toBe(80)
})

test('a call without turns has no table', () => {
  expect(drawTurnTable([], look)).toEqual([])
})
