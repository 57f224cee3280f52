import {expect, test} from 'vitest'

import {rules} from '../../../src/protocol/rules.js'
import {FindingCounter} from '../../../src/stream/findings.js'

test('each rule is one finding, with its count, its first time and the detail of its first', () => {
  const counter = new FindingCounter()

  const isNew = [
    counter.add({rule: 'payload-odd-length', detail: '21 bytes'}, 40),
    counter.add({rule: 'payload-odd-length', detail: '23 bytes'}, 60),
    counter.add({rule: 'clear-storm'}, 80),
  ]

  expect(isNew).toEqual([true, false, true])
  const {what, fix, ref} = rules['payload-odd-length']
  expect(counter.findings()[0]).toEqual({
    rule: 'payload-odd-length',
    ref,
    severity: 'error',
    count: 2,
    summary: `${what} First seen: 21 bytes.`,
    fix,
    firstAtMs: 40,
  })
  expect(counter.findings()[1]).toMatchObject({count: 1, summary: rules['clear-storm'].what})
})

test('a detail that is a sentence stands behind what happened as it is', () => {
  const counter = new FindingCounter()

  counter.add({rule: 'lead-long', detail: '2.4 s waited to be played.'}, 0)

  expect(counter.findings()[0]?.summary).toBe(
    `${rules['lead-long'].what} 2.4 s waited to be played.`,
  )
})

test('errors come first, then warnings, then what is merely good to know; each by its time', () => {
  const counter = new FindingCounter()
  counter.add({rule: 'stream-sid-absent'}, 1)
  counter.add({rule: 'lead-long'}, 30)
  counter.add({rule: 'binary-message'}, 20)
  counter.add({rule: 'mark-loop'}, 50)
  counter.add({rule: 'payload-odd-length'}, 40)

  expect(counter.findings().map(({rule}) => rule)).toEqual([
    'payload-odd-length',
    'mark-loop',
    'binary-message',
    'lead-long',
    'stream-sid-absent',
  ])
})

test('nothing was found in a call without violations', () => {
  expect(new FindingCounter().findings()).toEqual([])
})

test('a copy goes on by itself', () => {
  const counter = new FindingCounter()
  counter.add({rule: 'clear-storm'}, 1)

  const copy = counter.copy()
  copy.add({rule: 'clear-storm'}, 2)
  copy.add({rule: 'lead-long'}, 3)

  expect(counter.findings()).toMatchObject([{rule: 'clear-storm', count: 1}])
  expect(copy.findings()).toMatchObject([{rule: 'lead-long'}, {rule: 'clear-storm', count: 2}])
})
