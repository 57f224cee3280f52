import {expect, test} from 'vitest'

import {type Applet, END, type Flow} from '../../../src/flow/flow.js'
import {exitsOf, reachable, reachableFrom} from '../../../src/flow/graph.js'

const hangup: Applet = {id: 'hangup', kind: 'hangup'}
const ask = (
  id: string,
  to: {readonly on200: string; readonly on302?: string; readonly isAsync?: boolean},
): Applet => ({id, kind: 'passthru', isAsync: false, ...to})

const idsOf = (found: ReadonlySet<Applet>) => [...found].map(({id}) => id).toSorted()
const flowOf = (...applets: readonly Applet[]): Flow => ({name: 'test', applets})

test('a synchronous Passthru has a way out for each answer, and one that leads nowhere ends the call', () => {
  expect(exitsOf(ask('ask', {on200: 'bot', on302: 'people'}))).toEqual([
    {on: '200', to: 'bot'},
    {on: '302', to: 'people'},
  ])
  expect(exitsOf(ask('ask', {on200: 'bot'}))).toEqual([
    {on: '200', to: 'bot'},
    {on: '302', to: END},
  ])
})

test('an asynchronous Passthru has one way out, whatever its branches are', () => {
  expect(exitsOf(ask('ask', {on200: 'bot', on302: 'people', isAsync: true}))).toEqual([{to: 'bot'}])
})

test('nothing follows a hangup', () => {
  expect(exitsOf(hangup)).toEqual([])
})

test('what no way leads to is not reached', () => {
  const flow = flowOf(ask('ask', {on200: 'hangup'}), {...hangup, id: 'other'}, hangup)

  expect(idsOf(reachable(flow))).toEqual(['ask', 'hangup'])
})

test('a flow without applets reaches none', () => {
  expect(reachable(flowOf()).size).toBe(0)
})

test('an applet reaches itself only where a way leads back to it', () => {
  const again = ask('ask', {on200: 'hangup', on302: 'ask'})
  const once = ask('once', {on200: 'ask'})
  const flow = flowOf(once, again, hangup)

  expect(idsOf(reachableFrom(flow, again))).toEqual(['ask', 'hangup'])
  expect(idsOf(reachableFrom(flow, once))).toEqual(['ask', 'hangup'])
})
