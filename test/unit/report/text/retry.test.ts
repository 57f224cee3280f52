import {expect, test} from 'vitest'

import {describeEnding} from '../../../../src/report/text/call-text.js'
import {plainPaint} from '../../../../src/report/text/look.js'
import type {CallReport} from '../../../../src/report/report.js'

test('a dial that had to be tried again is told', () => {
  const call: CallReport = {
    callSid: 'c',
    streamSid: 's',
    scenario: 'basic',
    outcome: 'completed',
    closing: {by: 'caller', code: 1000},
    durationMs: 1000,
    turns: [],
    metrics: {},
    findings: [],
    speech: {caller: [], bot: []},
    artifacts: {},
    attempts: 2,
    firstFailure: {code: 'EXO_UPGRADE_REFUSED', message: 'It answered 503.', hint: 'Look.'},
  }

  const {lines} = describeEnding(call, {width: 80, paint: plainPaint, ascii: false})

  expect(lines[0]).toBe('  The first dial failed: It answered 503.')
})
