import {stripVTControlCharacters} from 'node:util'

import {expect, test} from 'vitest'

import {cellWidth} from '../../../../../src/report/text/cells.js'
import {type Look, plainPaint} from '../../../../../src/report/text/look.js'
import {renderReport} from '../../../../../src/report/text/text.js'
import {mergeRuns} from '../../../../../src/simulate/merge-runs.js'
import {
  aLoad,
  aLoadCall,
  failingLoad,
  kneeAtLeast,
  kneeExact,
  passingLoad,
  refused,
  shardsOf,
  voidLoad,
} from '../../load-reports.js'

const plain: Look = {width: 80, paint: plainPaint, ascii: false}

const merged = mergeRuns(
  shardsOf(passingLoad).map((report, at) => ({name: `${String(at)}.json`, report})),
).report

const golden = [
  ['report-load', passingLoad],
  ['report-load-failing', failingLoad],
  ['report-load-void', voidLoad],
  ['report-load-knee', kneeExact],
  ['report-load-knee-at-least', kneeAtLeast],
  ['report-load-merged', merged],
] as const

for (const width of [40, 80]) {
  test.for(golden)(`%s reads as agreed at ${String(width)} columns`, async ([name, report]) => {
    const text = renderReport(report, {...plain, width})

    await expect(text).toMatchFileSnapshot(
      `../../../../../fixtures/golden/${name}-${String(width)}.txt`,
    )
  })
}

test.for(golden)('no line of %s but the verdict and a path is too long', ([, report]) => {
  for (const width of [40, 80]) {
    const lines = renderReport(report, {...plain, width})
      .trimEnd()
      .split('\n')
      .slice(0, -1)

    expect(lines.filter((line) => cellWidth(line) > width && !line.endsWith('.wav'))).toEqual([])
  }
})

const ansi = (text: string): string => `\u001b[36m${text}\u001b[39m`

test.for(golden)('%s says the same without its colours', ([, report]) => {
  const paint = {good: ansi, bad: ansi, warn: ansi, dim: ansi, bold: ansi, caller: ansi, bot: ansi}

  const text = stripVTControlCharacters(renderReport(report, {...plain, paint}))

  expect(text).toBe(renderReport(report, plain))
})

test('a rig that was the limit says so before everything else', () => {
  expect(renderReport(voidLoad, plain)).toMatch(/^void: this machine was the limit: 31 of 600/)
})

test('a thousand calls that failed alike are one line, not a thousand', () => {
  const calls = Array.from({length: 2000}, (_, at) => refused(at))

  const text = renderReport(aLoad({calls, verdict: 'fail'}), plain)

  expect(text).toContain('2,000 x EXO_UPGRADE_REFUSED: The bot refused')
  expect(text.split('\n').length).toBeLessThan(60)
})

test('failures that differ in their times only are one reason', () => {
  const calls = [3, 4, 5].map((seconds) => ({
    ...refused(seconds),
    failure: {code: 'EXO_X', message: `No answer in ${String(seconds)}.2 s.`, hint: 'Wait.'},
  }))

  expect(renderReport(aLoad({calls}), plain)).toContain('3 x EXO_X: No answer in 3.2 s.')
})

test('of many reasons the most frequent are told, and the others counted', () => {
  const calls = Array.from({length: 60}, (_, at) => ({
    ...refused(at),
    failure: {code: `EXO_${String(at % 12)}`, message: 'No.', hint: 'Yes.'},
  }))

  const text = renderReport(aLoad({calls}), plain)

  expect(text.match(/^ +5 x EXO_/gm)).toHaveLength(8)
  expect(text).toContain('20 more for 4 other reasons')
})

test('one call of a load is told as a load, and a single scenario is no mix', () => {
  const text = renderReport(
    aLoad({calls: [aLoadCall(0)]}, {mix: [{scenario: 'sales', weight: 2}], peak: 1}),
    plain,
  )

  expect(text).toContain('scenario sales\nprofile')
  expect(text).not.toContain('x2')
  expect(text).toContain('1 of 1 call at real pace')
})

test('no text from the network reaches the terminal with its control characters', () => {
  const hostile = '\u001b]0;owned\u0007\u001b[2J\u009b31m\rover'
  const call = {
    ...refused(1),
    scenario: hostile,
    failure: {code: hostile, message: hostile, hint: hostile},
    artifacts: {recording: hostile},
  }
  const {knee} = kneeExact.load ?? {}
  if (!knee) throw new Error('there is no knee')
  const report = aLoad(
    {
      calls: [call],
      rig: {...voidLoad.rig, reason: hostile},
      thresholds: [{expression: hostile, scenario: hostile, status: 'fail'}],
    },
    {
      mix: [{scenario: hostile, weight: 1}],
      worst: [call.callSid],
      calibration: {outcome: 'failed', durationMs: 1, sendLatenessP99Ms: 0, problem: hostile},
      knee: {
        ...knee,
        thresholds: [hostile],
        levels: knee.levels.map((level) => ({...level, verdict: 'void', reason: hostile})),
        broken: {concurrency: 9, threshold: hostile, fault: 'bot', why: hostile},
        overload: {
          concurrency: 9,
          verdict: 'sheds',
          refused: 1,
          passedPerS: 1,
          passedPerSAtKnee: 1,
          why: hostile,
        },
        leak: {verdict: 'leaks', evidence: [hostile]},
      },
    },
  )

  expect(renderReport(report, plain)).not.toMatch(/[^\P{Cc}\n]/u)
})
