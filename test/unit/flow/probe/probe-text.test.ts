import {expect, test} from 'vitest'

import type {AskedOfFlow} from '../../../../src/flow/probe/asker.js'
import {renderProbe} from '../../../../src/flow/probe/probe-text.js'
import {plainPaint} from '../../../../src/report/text/look.js'

const look = {width: 72, paint: plainPaint, ascii: true}

const bot = {path: 'applets[0].voicebot.url', url: 'https://bot.acme.in/bot'}
const after = {path: 'applets[1].passthru.url', url: 'https://bot.acme.in/passthru'}

const asked: readonly AskedOfFlow[] = [
  {...bot, question: 'GET', status: 200, tookMs: 87},
  {
    ...bot,
    question: 'POST',
    status: 405,
    tookMs: 9,
    problem: 'answered 405, not 200, and has more to say than fits into the line.',
  },
  {...after, question: 'completed, flat', status: 200, branch: 'hangup', tookMs: 1204},
  {...after, question: 'completed, JSON', tookMs: 3, problem: 'refused the connection.'},
  {...after, question: 'failed, flat', notAsked: 'the time for all questions was over'},
  {path: 'applets[2]', notAsked: 'its URL is not known yet'},
]

test('a line for each URL and each question, in columns', () => {
  expect(renderProbe(asked, look)).toBe(
    `applets[0].voicebot.url  https://bot.acme.in/bot
  GET              200    87 ms
  POST             405     9 ms  answered 405, not 200, and has more to
                                 say than fits into the line.
applets[1].passthru.url  https://bot.acme.in/passthru
  completed, flat  200  1204 ms  to hangup
  completed, JSON    -     3 ms  no answer
  failed, flat     not asked: the time for all questions was over
applets[2]
  not asked: its URL is not known yet
`,
  )
})

test('two URLs at the same place have a line each', () => {
  const text = renderProbe(
    [
      {path: 'applets[0]', notAsked: 'its URL is not known yet'},
      {path: 'applets[1]', notAsked: 'its URL is not known yet'},
    ],
    look,
  )

  expect(text.split('\n').filter((line) => line.startsWith('applets'))).toHaveLength(2)
})

test('what the network said moves no cursor', () => {
  const problem = 'answered \u001b[2J\u0007.'

  const text = renderProbe([{...bot, question: 'GET', status: 500, tookMs: 1, problem}], look)

  expect(text).not.toMatch(/[\u001b\u0007]/)
})

test('a flow without URLs is told as such', () => {
  expect(renderProbe([], look)).toBe('The flow has no URL to ask.\n')
})
