import {expect, test} from 'vitest'

import {renderHtml} from '../../../../../src/report/html/html.js'
import type {RunReport} from '../../../../../src/report/report.js'
import {
  aLoad,
  callsOf,
  failingLoad,
  kneeAtLeast,
  kneeExact,
  passingLoad,
  refused,
  voidLoad,
} from '../../load-reports.js'

/** What a browser shows: without tags, styles and scripts, in single spaces. */
const wordsOf = (page: string): string =>
  page
    .replace(/<(style|script|template)\b[^]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')

const all: readonly (readonly [string, RunReport])[] = [
  ['a load that passed', passingLoad],
  ['a load that failed', failingLoad],
  ['a void load', voidLoad],
  ['a knee', kneeExact],
  ['a knee by the rig', kneeAtLeast],
]

test.for(all)(
  '%s: the page asks for nothing, and has no style that its policy forbids',
  ([, report]) => {
    const tags = renderHtml(report).match(/<[a-z][^>]*>/g) ?? []

    expect(tags.filter((tag) => /\s(src|srcset|style|on\w+)=/.test(tag))).toEqual([])
    expect(tags.filter((tag) => /\shref="(?!#)/.test(tag))).toEqual([])
  },
)

test.for(all)('%s: every element is closed again, and no place has a name twice', ([, report]) => {
  const page = renderHtml(report)
  const body = page.replace(/<(style|script)\b[^]*?<\/\1>/g, '').replace(/^<!doctype html>/, '')
  const open: string[] = []

  for (const [, slash, name = '', end] of body.matchAll(/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/g)) {
    if (slash) expect(open.pop()).toBe(name)
    else if (!end && !['br', 'hr'].includes(name)) open.push(name)
  }
  const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)

  expect(open).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
})

test.for(all)('%s: every coordinate of its drawings is a number', ([, report]) => {
  expect(renderHtml(report)).not.toMatch(/NaN|Infinity|undefined/)
})

test('five thousand calls are a page of less than 3 MB, and ten of them are shown whole', () => {
  const calls = callsOf(5000).map((call, at) => (at % 3 === 0 ? refused(at) : call))

  const page = renderHtml(aLoad({calls, verdict: 'fail'}))

  expect(page.length).toBeLessThan(3_000_000)
  expect(page.match(/<section class="call"/g)).toHaveLength(10)
})

test('the worst calls stand in their order, and those that failed fill up to ten', () => {
  const page = wordsOf(renderHtml(failingLoad))

  expect(page.match(/Call \d+: \w+ /g)?.slice(0, 4)).toEqual([
    'Call 923: sales ',
    'Call 843: sales ',
    'Call 723: sales ',
    'Call 2: sales ',
  ])
})

test('what was asked and what came is told in numbers, and each reason once', () => {
  const page = wordsOf(renderHtml(failingLoad))

  expect(page).toContain('583 of 586 calls at real pace')
  expect(page).toContain('410 EXO_UPGRADE_REFUSED The bot refused the WebSocket upgrade with 503')
  expect(page).toContain('4 EXO_CALL_DROPPED')
  expect(page).toContain('One call alone, and 590 at once')
})

test('a rig that was the limit is told under the title', () => {
  expect(wordsOf(renderHtml(voidLoad))).toMatch(
    /against ws:\S+ void: this machine was the limit: 31 of 600/,
  )
})

test('a knee is told with its steps, each a point of the drawing and a row of the table', () => {
  const page = renderHtml(kneeExact)

  expect(wordsOf(page)).toContain('Knee: 120 calls at once')
  expect(wordsOf(page)).toContain('at most 2000 ms')
  const [, chart = ''] = /(<svg class="row chart"[^]*?<\/svg>)/.exec(page) ?? []
  expect(chart.match(/class="dot held"/g)).toHaveLength(2 * 6)
  expect(chart.match(/class="dot broken"/g)).toHaveLength(2 * 3)
  expect(page.match(/<td>(up|search|step back|overload|after)<\/td>/g)).toHaveLength(9)
})

test('a run whose calls do not say when they were dialled has no picture of its course', () => {
  const calls = callsOf(30).map(({startedAt: _, ...call}) => call)

  expect(wordsOf(renderHtml(passingLoad))).toContain('0:00 0:02 0:04 0:06')
  expect(wordsOf(renderHtml(aLoad({calls})))).not.toContain('Over time')
})

/** What the page says of one call. */
function sectionOf(page: string, number: number): string {
  const at = page.indexOf(`id="call-${String(number)}"`)
  return wordsOf(page.slice(at, page.indexOf('</section>', at)))
}

test('a call whose audio was not kept says so, and one that never opened does not', () => {
  const page = renderHtml(failingLoad)

  expect(sectionOf(page, 923)).toContain(
    'Audio not kept. This run kept no recordings; pass --out to keep those of the worst calls.',
  )
  expect(sectionOf(page, 60)).toContain('The bot refused')
  expect(sectionOf(page, 60)).not.toContain('not kept')
})

test('a call whose audio is there does not say that it was not kept', () => {
  const {calls} = failingLoad
  const caller = new Int16Array(8000).fill(3000)
  const audio = {caller, heard: caller, sampleRateHz: 8000}

  const page = renderHtml(failingLoad, {calls: calls.map(() => ({audio}))})

  expect(page).not.toContain('Audio not kept')
})

test('a recording that could not be read is told apart from one that was not kept', () => {
  const calls = failingLoad.calls.map((call, at) =>
    at + 1 === 923 ? call : {...call, artifacts: {recording: 'gone.wav'}},
  )

  const page = renderHtml({...failingLoad, calls})

  expect(sectionOf(page, 923)).toContain(
    'Audio not kept. A load run keeps only that of its worst calls.',
  )
  const others = wordsOf(page).split('Audio not in the page.')
  expect(others.length).toBeGreaterThan(1)
  expect(others[1]).toMatch(/^ Its recording was not there, or could not be read, when/)
  expect(wordsOf(page).split('Audio not kept')).toHaveLength(2)
})
