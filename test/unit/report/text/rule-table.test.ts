import {expect, test} from 'vitest'

import type {RuleResult} from '../../../../src/report/report.js'
import {plainPaint} from '../../../../src/report/text/look.js'
import {drawRuleTable} from '../../../../src/report/text/rule-table.js'

const tableOf = (...given: Parameters<typeof drawRuleTable>) => drawRuleTable(...given).join('\n')

const look = {width: 72, paint: plainPaint, ascii: false}

const passed: RuleResult = {
  rule: 'mark-deadlock',
  ref: 'C23',
  status: 'pass',
  tried: 'Called three times.',
}
const failed: RuleResult = {
  rule: 'breaks-on-dialect',
  ref: 'C27',
  status: 'fail',
  tried: 'Called with counters as JSON numbers.',
  detail: 'With counters as JSON numbers the bot was not heard at all.',
}
const warned: RuleResult = {
  rule: 'close-not-1000',
  ref: 'C26',
  status: 'warn',
  tried: 'The bot ended a call.',
  detail: 'The code was 1006.',
}
const untried: RuleResult = {
  rule: 'secret-in-log',
  ref: 'C38',
  status: 'not-tried',
  tried: 'No log is seen.',
}

test('every rule has a line, what did not pass says why, and the sum stands below', () => {
  expect(tableOf([passed, warned, failed, untried], look)).toBe(
    [
      '  C23  mark-deadlock      pass',
      '  C26  close-not-1000     warn',
      '       The code was 1006.',
      '  C27  breaks-on-dialect  fail',
      '       With counters as JSON numbers the bot was not heard at all.',
      '  C38  secret-in-log      not tried  No log is seen.',
      '',
      '  1 rule passed, 1 warning, 1 failed, 1 not tried.',
    ].join('\n'),
  )
})

test('a reason that is too long for its line stands under it', () => {
  const tried = 'The logs of the bot are on another machine, where nobody can see them.'
  const table = tableOf([{...untried, tried}], look)

  expect(table.split('\n').slice(0, 3)).toEqual([
    '  C38  secret-in-log  not tried',
    '       The logs of the bot are on another machine, where nobody can see',
    '       them.',
  ])
})

test('what comes from the network cannot move the cursor', () => {
  const detail = '\u001b[2JIt said \u0007 so.'
  const table = tableOf([{...failed, detail}], look)

  expect(table).toContain('[2JIt said so.')
  expect(table).not.toContain('\u001b')
})

test('a report that was read back may hold rules that are not known here', () => {
  const table = tableOf([{...passed, rule: 'a-rule-of-tomorrow', ref: 'C99'}], look)

  expect(table).toContain('  C99  a-rule-of-tomorrow  pass')
})

test('no rules make no table', () => {
  expect(tableOf([], look)).toBe('')
})
