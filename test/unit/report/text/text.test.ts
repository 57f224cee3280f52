import {stripVTControlCharacters} from 'node:util'

import {expect, test} from 'vitest'

import {type Look, plainPaint} from '../../../../src/report/text/look.js'
import {renderReport} from '../../../../src/report/text/text.js'
import {aReport, aTurn, failing, good, many, salesCall, unopened} from '../reports.js'

const plain: Look = {width: 80, paint: plainPaint, ascii: false}

const ansi = (text: string): string => `\u001b[36m${text}\u001b[39m`
const coloured: Look = {
  ...plain,
  paint: {good: ansi, bad: ansi, warn: ansi, dim: ansi, bold: ansi, caller: ansi, bot: ansi},
}

const golden = [
  ['report-good', good],
  ['report-failing', failing],
  ['report-failed-dial', unopened],
  ['report-several-calls', many],
] as const

for (const width of [80, 120]) {
  test.for(golden)(`%s reads as agreed at ${String(width)} columns`, async ([name, report]) => {
    const text = renderReport(report, {...plain, width})

    await expect(text).toMatchFileSnapshot(
      `../../../../fixtures/golden/${name}-${String(width)}.txt`,
    )
  })
}

test.for(golden)('%s says the same without its colours', ([, report]) => {
  const text = stripVTControlCharacters(renderReport(report, coloured))

  expect(text).toBe(renderReport(report, plain))
})

test('a terminal without UTF-8 gets nothing but ASCII of our own', () => {
  const call = {...salesCall, turns: salesCall.turns.slice(0, 5)}

  const text = renderReport(aReport({calls: [call]}), {...plain, ascii: true})

  expect(text).toMatch(/^[\n\x20-\x7e]*$/)
  expect(text).toContain('....####')
})

test('no text from the network reaches the terminal with its control characters', () => {
  const hostile = '\u001b]0;owned\u0007\u001b[2J\u009b31m\rover'
  const call = {
    ...salesCall,
    callSid: hostile,
    scenario: hostile,
    outcome: 'failed' as const,
    failure: {code: hostile, message: hostile, hint: hostile, exotelError: hostile},
    closing: {by: 'bot' as const, reason: hostile},
    turns: [aTurn({label: hostile, expectation: 'stop', met: false, why: hostile})],
    artifacts: {recording: hostile},
  }
  const report = aReport({
    verdict: 'fail',
    calls: [call, call],
    target: {kind: 'url', url: hostile},
    thresholds: [{expression: hostile, status: 'fail'}],
    rig: {...good.rig, verdict: 'void', reason: hostile},
  })

  expect(renderReport(report, plain)).not.toMatch(/[^\P{Cc}\n]/u)
})

test('neither a password nor a whole phone number is shown', () => {
  const text = renderReport(failing, plain)

  expect(text).not.toMatch(/secret|9876543210|98765 4/)
  expect(text).toContain('wss://***@bot.example.com/media?caller=+********3210')
})

test('the last line is the verdict, in one piece however narrow the terminal is', () => {
  const lines = renderReport(failing, {...plain, width: 40})
    .trimEnd()
    .split('\n')

  expect(lines.at(-1)).toBe(
    'fail: 2 expectations not met, 1 expectation not measured, 1 error finding, 1 threshold not held, 1 threshold not measured; first cause: turn 0 (greeting)',
  )
})

test('of many calls that did not pass, three are shown in full and the others counted', () => {
  const call = {...salesCall, outcome: 'failed' as const}

  const text = renderReport(
    aReport({verdict: 'fail', calls: [call, call, call, call, call]}),
    plain,
  )

  expect(text.match(/^Call \d: turns$/gm)).toEqual([
    'Call 1: turns',
    'Call 2: turns',
    'Call 3: turns',
  ])
  expect(text).toContain('2 more calls did not pass')
})

test('a call that could not be started in time, or is not wholly measured, says so in its line', () => {
  const dropped = {...salesCall, outcome: 'dropped' as const, turns: [], durationMs: 0}
  const unmeasured = {...salesCall, turns: [aTurn({expectation: 'respond'})]}
  const broken = {...salesCall, findings: failing.summary.findings}

  const text = renderReport(aReport({verdict: 'fail', calls: [dropped, unmeasured, broken]}), plain)

  expect(text).toMatch(/1 {2}sales {4}0\.0 s {2}fail {2}could not be started in time/)
  expect(text).toMatch(/2 {2}sales {3}48\.2 s {2}not measured\n/)
  expect(text).toMatch(/3 {2}sales {3}48\.2 s {2}fail {2}C7 chunk-not-multiple-of-320/)
})

test.for([
  [{kind: 'bot', bot: 'playback'}, 'Called the bot playback,'],
  [{kind: 'bot'}, 'Called the bot given,'],
  [{kind: 'serve', url: 'ws://127.0.0.1:4000/'}, 'Called exostream serve at ws://127.0.0.1:4000/,'],
] as const)('the target %o is named as "%s"', ([target, words]) => {
  expect(renderReport(aReport({target}), plain)).toContain(words)
})

test('a run that was interrupted says so at once and at last', () => {
  const text = renderReport(aReport({interrupted: true, verdict: 'fail'}), plain)

  expect(text).toContain('The run was interrupted')
  expect(text).toMatch(/\nfail: interrupted\n$/)
})

test('a report without any call is still a report', () => {
  const text = renderReport(aReport({calls: [], interrupted: true, verdict: 'fail'}), plain)

  expect(text).toContain('scenario sales, 0 calls')
})
