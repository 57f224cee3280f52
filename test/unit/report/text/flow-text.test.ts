import {expect, test} from 'vitest'

import {exitCodeOfRun} from '../../../../src/cli/exit-codes.js'
import {renderHtml} from '../../../../src/report/html/html.js'
import {renderJunit} from '../../../../src/report/junit.js'
import {readReport} from '../../../../src/report/report-reader.js'
import type {FlowWalk} from '../../../../src/report/flow-walk.js'
import type {RunReport} from '../../../../src/report/report.js'
import {plainPaint} from '../../../../src/report/text/look.js'
import {renderReport} from '../../../../src/report/text/text.js'
import {elementsOf, parseXml} from '../../../rig/xml.js'
import {aReport, good, salesCall} from '../reports.js'

const look = {width: 100, paint: plainPaint, ascii: true}

const walk: FlowWalk = {
  callSid: '5d0c1f6a9b3e4f70a1b2c3d4e5f60718',
  scenario: 'sales',
  name: 'sales calls',
  outcome: 'completed',
  endedAt: 'hangup',
  durationMs: 49_000,
  steps: [
    {
      applet: 'before',
      kind: 'passthru',
      atMs: 0,
      durationMs: 12,
      summary: 'answered 200: branch A',
      branch: 'A',
      status: 200,
      url: 'https://bot.acme.in/passthru',
      next: 'bot',
    },
    {
      applet: 'bot',
      kind: 'dynamic-url',
      atMs: 12,
      durationMs: 30,
      summary: 'answered 200',
      status: 200,
      url: 'https://bot.acme.in/who',
    },
    {
      applet: 'bot',
      kind: 'voicebot',
      atMs: 42,
      durationMs: 48_240,
      summary: 'streamed for 48.2 s, the bot closed it',
      next: 'hangup',
    },
    {applet: 'hangup', kind: 'hangup', atMs: 48_282, durationMs: 0, summary: 'the call is hung up'},
  ],
}

const failed: FlowWalk = {
  ...walk,
  outcome: 'failed',
  failure: {code: 'EXO_FLOW_STEP_FAILED', message: 'It answered 500.', hint: 'Mend the endpoint.'},
  steps: walk.steps.map((step) =>
    step.kind === 'passthru' ? {...step, status: 500, problem: 'It answered 500.'} : step,
  ),
}

const failing: RunReport = {...good, verdict: 'fail', flows: [failed]}

test('the steps of a walk stand before its calls, one a line, each with its time and what follows', () => {
  const text = renderReport({...good, flows: [walk]}, look)

  expect(text.indexOf('\nFlow\n')).toBeLessThan(text.indexOf('\nTimeline\n'))
  expect(text).toContain(
    [
      'Flow',
      '  sales calls: ended at hangup after 49.0 s',
      '    0.0 s  before            answered 200: branch A, 12 ms -> bot',
      '                             https://bot.acme.in/passthru',
      '    0.0 s  bot, dynamic URL  answered 200, 30 ms',
      '                             https://bot.acme.in/who',
      '    0.0 s  bot               streamed for 48.2 s, the bot closed it, 48.2 s -> hangup',
      '   48.3 s  hangup            the call is hung up',
    ].join('\n'),
  )
})

test('a walk that failed says why, what to do, and which step it was', () => {
  const text = renderReport(failing, look)

  expect(text).toContain('  fail: It answered 500.\n  Try this: Mend the endpoint.')
  expect(text).toContain('first cause: EXO_FLOW_STEP_FAILED, It answered 500')
  expect(text).toContain('1 walk of the flow failed')
})

test('of several calls the first is shown, or those that failed', () => {
  const several = renderReport({...good, flows: [walk, walk]}, look)
  const oneFailed = renderReport({...failing, flows: [walk, failed]}, look)

  expect(several).toContain('Flow, call 1\n')
  expect(several).toContain('1 more call walked it')
  expect(several).not.toContain('Flow, call 2')
  expect(oneFailed).toContain('Flow, call 2\n')
  expect(oneFailed).not.toContain('Flow, call 1\n')
})

test('what an endpoint says moves no cursor and shows no secret', () => {
  const [first] = walk.steps
  const hostile = {
    ...walk,
    name: 'sales \u001b[31mcalls',
    steps: [
      {
        ...(first ?? {applet: '', kind: 'passthru', atMs: 0, durationMs: 0}),
        summary: '\u001b]0;title\u0007 from wss://me:hush@bot.acme.in/',
        problem: 'call +919876543210 <script>',
      },
    ],
  } as const
  const text = renderReport({...good, flows: [hostile]}, look)
  const page = renderHtml({...good, flows: [hostile]})

  expect(text).not.toContain('\u001b')
  expect(text + page).not.toContain('hush')
  expect(text + page).not.toContain('98765')
  expect(page).not.toContain('<script>call')
  expect(page).not.toContain('+919876543210 <script>')
})

test('the page has the steps, and a cell for each of their parts', () => {
  const page = renderHtml({...good, flows: [walk]})

  expect(page).toContain('<h2>Flow</h2>')
  expect(page).toContain('<code>https://bot.acme.in/who</code>')
  expect(renderHtml(good)).not.toContain('<h2>Flow</h2>')
})

test('JUnit has a case for each walk, which fails with the steps', () => {
  const cases = elementsOf(
    parseXml(renderJunit({...failing, flows: [walk, failed]})),
    'testcase',
  ).filter(({attributes}) => attributes['classname'] === 'flow')

  expect(
    cases.map(({attributes, children}) => [attributes['name'], children[0]?.attributes['type']]),
  ).toEqual([
    ['sales calls, call 1: sales, ended at hangup', undefined],
    ['sales calls, call 2: sales, ended at hangup', 'EXO_FLOW_STEP_FAILED'],
  ])
})

test('a report with walks can be read again', () => {
  const text = JSON.stringify(failing)

  expect(readReport(text, 'report.json').flows).toEqual([failed])
  expect(() => readReport(text.replace('"endedAt":"hangup"', '"endedAt":7'), 'it')).toThrow(
    /flows\.0\.endedAt/,
  )
})

const withCode = (code: string): RunReport =>
  aReport({
    verdict: 'fail',
    calls: [],
    flows: [{...failed, failure: {code, message: 'It did not work.', hint: 'Try again.'}}],
  })

test.for([
  ['a flow that never came to its stream is a verdict', withCode('EXO_FLOW_NO_STREAM'), false, 1],
  ['a bot that nobody reached is the environment', withCode('EXO_DIAL_REFUSED'), false, 3],
  ['a walk that failed after a good call is a verdict', failing, true, 1],
  ['a walk that went well is none', aReport({flows: [walk], calls: [salesCall]}), true, 0],
] as const)('%s', ([, report, opened, exit]) => {
  expect(exitCodeOfRun(report, opened)).toBe(exit)
})

test('a time below a second is in milliseconds, from there on in seconds; advice stands under its step', () => {
  const [first, ...others] = walk.steps
  const advice = 'It took 4.9 s, in which the caller hears nothing.'
  if (!first) throw new Error('the walk has steps')
  const slow = {...walk, steps: [{...first, durationMs: 4903, advice}, ...others]}
  const report = {...good, flows: [slow]}

  expect(renderReport(report, look)).toContain(
    [
      '    0.0 s  before            answered 200: branch A, 4.9 s -> bot',
      '                             https://bot.acme.in/passthru',
      `                             ${advice}`,
    ].join('\n'),
  )
  expect(renderHtml(report)).toContain(advice)
})

const twoStreams = aReport({
  flows: [walk, walk],
  calls: ['first', 'second', 'first', 'second'].map((applet) => ({
    ...salesCall,
    applet,
    url: `ws://127.0.0.1:5000/${applet}`,
  })),
})

test('the streams of a call are told apart by their applets, and are not counted as calls', () => {
  const text = renderReport(twoStreams, look)

  expect(text).toContain('2 calls, 4 streams')
  expect(text).toMatch(/\nStreams\n {2}1 {2}sales, first .*\n {2}2 {2}sales, second /)
})

test('JUnit names the stream, what was dialled for it, and how long the walks took', () => {
  const suites = elementsOf(parseXml(renderJunit(twoStreams)), 'testsuite')
  const [, second] = suites
  const properties = elementsOf(second ?? parseXml('<a/>'), 'property')
  const target = properties.find(({attributes}) => attributes['name'] === 'target')

  expect(second?.attributes['name']).toBe('sales, stream 2 (second)')
  expect(target?.attributes['value']).toBe('ws://127.0.0.1:5000/second')
  expect(suites.at(-1)?.attributes).toMatchObject({name: 'flow', time: '98.000'})
})
