import {expect, test} from 'vitest'

import {flowReport} from '../../../../src/flow/check/check-flow.js'
import {renderFindings} from '../../../../src/flow/check/finding-text.js'
import type {Finding} from '../../../../src/flow/finding.js'
import {cellWidth} from '../../../../src/report/text/cells.js'
import {type Look, plainPaint} from '../../../../src/report/text/look.js'

const look: Look = {width: 80, paint: plainPaint, ascii: false}

const finding: Finding = {
  id: 'without-tls',
  severity: 'warning',
  path: 'applets[0].voicebot.url',
  line: 4,
  summary: 'It has no TLS.',
  fix: 'Write:\nwss://bot.acme.in/media',
  source: 'a public page',
}

const render = (findings: readonly Finding[], file = 'flow.yaml') =>
  renderFindings(flowReport(findings), file, look)

test('a finding has its severity, id and place, why, what to do, and the source', () => {
  expect(render([finding])).toBe(
    [
      'warning  without-tls  flow.yaml:4 applets[0].voicebot.url',
      '  It has no TLS.',
      '  Fix: Write:',
      '    wss://bot.acme.in/media',
      '  Source: a public page',
      '',
      'flow.yaml is broken: 1 warning.',
    ].join('\n'),
  )
})

test('a flow without findings is good, in one line', () => {
  expect(render([])).toBe('flow.yaml is good.')
})

test('advice alone leaves a flow good, and is counted', () => {
  const advice: Finding = {...finding, severity: 'info'}

  expect(render([advice]).split('\n').at(-1)).toBe('flow.yaml is good, with 1 piece of advice.')
  expect(render([advice, advice]).split('\n').at(-1)).toBe(
    'flow.yaml is good, with 2 pieces of advice.',
  )
})

test('errors are told first, then warnings, then advice, each in the order of the file', () => {
  const told = flowReport([
    {...finding, line: 9},
    {...finding, severity: 'info', line: 2},
    {...finding, severity: 'error', line: 8},
    {...finding, line: 3},
    {...finding, severity: 'error', path: ''},
  ]).findings

  expect(told.map(({severity, line}) => [severity, line])).toEqual([
    ['error', 4],
    ['error', 8],
    ['warning', 3],
    ['warning', 9],
    ['info', 2],
  ])
})

test('errors are counted before warnings, and advice behind', () => {
  const all = (['warning', 'error', 'info', 'error'] as const).map((severity) => ({
    ...finding,
    severity,
  }))

  expect(render(all).split('\n').at(-1)).toBe(
    'flow.yaml is broken: 2 errors, 1 warning. Also 1 piece of advice.',
  )
})

test('a finding of the flow as a whole has no path', () => {
  expect(render([{...finding, path: ''}])).toContain('without-tls  flow.yaml:4\n')
})

test('sentences are wrapped, and what is to be copied is left whole', () => {
  const url = `wss://bot.acme.in/${'media/'.repeat(20)}`
  const text = render([{...finding, summary: 'word '.repeat(60).trim(), fix: `Write:\n${url}`}])

  const lines = text.split('\n')
  expect(lines).toContain(`    ${url}`)
  expect(lines.filter((line) => !line.includes(url)).every((line) => cellWidth(line) <= 80)).toBe(
    true,
  )
})

test('a long place has a line of its own', () => {
  const file = `${'folder/'.repeat(12)}flow.yaml`

  expect(render([finding], file)).toContain(
    `warning  without-tls\n  ${file}:4 applets[0].voicebot.url\n`,
  )
})

test('nothing in a finding moves the cursor of the reader', () => {
  const hostile = '\u001b[2J\u202e\u0007'
  const text = render(
    [{...finding, path: hostile, summary: hostile, fix: `${hostile}\n${hostile}`, source: hostile}],
    hostile,
  )

  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
})
