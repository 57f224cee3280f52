import {expect, test} from 'vitest'

import {spotsOf} from '../../../../../src/report/html/timeline/spots.js'
import type {StreamEvent} from '../../../../../src/protocol/events.js'
import {chunkFinding, salesCall, unknownEventFinding, unopenedCall} from '../../reports.js'

const events: readonly StreamEvent[] = [
  {type: 'gap', atMs: 9000, gapMs: 42, cause: 'late-chunk'},
  {type: 'frame', atMs: 20, intendedMs: 20, chunk: 1},
  {type: 'cleared', atMs: 24_210, droppedMs: 2600},
  {type: 'mark-echoed', atMs: 6200, name: 'n'.repeat(200), roundTripMs: 5800},
]

test('gaps, clears and marks of the journal, the findings and the end stand in order of time', () => {
  const call = {...salesCall, findings: [unknownEventFinding, chunkFinding]}

  expect(spotsOf(call, events)).toEqual([
    {
      atMs: 412,
      kind: 'finding',
      text: 'error: C7 chunk-not-multiple-of-320, first of 148 times',
    },
    {atMs: 6200, kind: 'mark', text: `mark "${'n'.repeat(60)}…" returned after 5800 ms`},
    {atMs: 9000, kind: 'gap', text: '42 ms of silence: the next chunk came late'},
    {atMs: 12_040, kind: 'finding', text: 'warning: C2 unknown-event'},
    {atMs: 24_210, kind: 'clear', text: 'clear: 2600 ms of audio dropped unheard'},
    {atMs: 48_240, kind: 'end', text: 'the caller hung up, close code 1000'},
  ])
})

test('without a journal there is what the report knows, and no end of what never began', () => {
  expect(spotsOf(unopenedCall, [])).toEqual([])
})
