import {expect, test} from 'vitest'

import type {Applet, Flow, PassthruApplet} from '../../../../src/flow/flow.js'
import {diagram} from '../../../../src/flow/print/diagram.js'

const look = {ascii: true, width: 100}

const passthru = (id: string, ways: Pick<PassthruApplet, 'on200' | 'on302'>): Applet => ({
  id,
  kind: 'passthru',
  isAsync: false,
  ...ways,
})
const hangup: Applet = {id: 'hangup', kind: 'hangup'}
const flowOf = (...applets: readonly Applet[]): Flow => ({name: 'sales', applets})

test('a branch has a line of its own, and a branch of a branch, too', () => {
  const flow = flowOf(
    passthru('first', {on200: 'hangup', on302: 'second'}),
    hangup,
    passthru('second', {on200: 'hangup', on302: 'third'}),
    {id: 'third', kind: 'connect', record: false, next: 'end'},
  )

  expect(diagram(flow, look)).toEqual([
    'Call -> Passthru (first), 200 -> Hangup',
    'Passthru (first), 302 -> Passthru (second), 200 -> Hangup',
    'Passthru (second), 302 -> Connect (third) -> the call ends',
  ])
})

test('a way that leads back is drawn once', () => {
  const flow = flowOf(
    {id: 'hello', kind: 'greeting', say: 'Hello', next: 'ask'},
    passthru('ask', {on200: 'hello', on302: 'ask'}),
  )

  expect(diagram(flow, look)).toEqual([
    'Call -> Greeting (hello) -> Passthru (ask), 200 -> Greeting (hello)',
    'Passthru (ask), 302 -> Passthru (ask)',
  ])
})

test('the classic is seen at once: the call ends behind the Passthru, and no way leads to the bot', () => {
  const flow = flowOf(passthru('passthru', {on200: 'end'}), hangup)

  expect(diagram(flow, look)).toEqual([
    'Call -> Passthru, 200 -> the call ends',
    'Passthru, 302 -> the call ends',
    'No way leads to Hangup.',
  ])
})

test('what is too long is broken at an arrow', () => {
  const flow = flowOf(passthru('passthru', {on200: 'hangup'}), hangup)

  expect(diagram(flow, {ascii: false, width: 30})).toEqual([
    'Call → Passthru, 200 → Hangup',
    'Passthru, 302 → the call ends',
  ])
  expect(diagram(flow, {ascii: false, width: 25})[1]).toBe('  → Hangup')
})
