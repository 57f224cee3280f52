import {expect, test} from 'vitest'

import {renderReport} from '../../../../src/report/text/text.js'
import {plainPaint} from '../../../../src/report/text/look.js'
import type {CallReport} from '../../../../src/report/report.js'
import {aReport, aTurn, failing, failingCall, salesCall} from '../reports.js'

const look = {width: 80, paint: plainPaint, ascii: false}

const diagnosis = {
  cause: 'chunk-unaligned',
  summary: 'Chunks are 1000 bytes, which is no multiple of 320.',
  fix: 'Send 3200 bytes a message, 200 ms at 8000 Hz.',
  evidence: ['148 of 148 chunks are 1000 bytes.', 'The caller heard 148 holes of 2.5 ms each.'],
}
const other = {...diagnosis, cause: 'never-clears', summary: 'The bot never sends clear.'}

const titlesOf = (calls: readonly CallReport[], ofRun?: typeof diagnosis) =>
  renderReport(aReport({calls, ...(ofRun ? {diagnosis: ofRun} : {})}), look)
    .split('\n')
    .filter((line) => line.startsWith('Most likely cause'))

test('the cause stands right above the verdict, with its fix and what was seen', async () => {
  const call = {
    ...failingCall,
    diagnosis,
    dynamicUrl: {url: 'https://bot.example.com/route', status: 200, tookMs: 41},
    passthru: [
      {url: 'https://bot.example.com/p', form: 'flat', status: 200, branch: 'A', tookMs: 12},
      {url: 'https://bot.example.com/p', form: 'json', tookMs: 5000, problem: 'No answer came.'},
    ],
  } as const

  const text = renderReport({...failing, calls: [call]}, look)

  await expect(text).toMatchFileSnapshot('../../../../fixtures/golden/report-diagnosed-80.txt')
  expect(text.trimEnd().split('\n\n').at(-2)).toMatch(/^Most likely cause: chunk-unaligned\n/)
})

test('of several calls a cause is told once, with the calls that show it', () => {
  const calls = [
    {...salesCall, diagnosis},
    {...salesCall, diagnosis: other},
    {...salesCall, diagnosis},
    salesCall,
  ]

  expect(titlesOf(calls)).toEqual([
    'Most likely cause, calls 1, 3: chunk-unaligned',
    'Most likely cause, call 2: never-clears',
  ])
})

test('a cause that every call shows is said of every call, one that many show by their number', () => {
  const all = Array.from({length: 9}, () => ({...salesCall, diagnosis}))

  expect(titlesOf(all)).toEqual(['Most likely cause, every call: chunk-unaligned'])
  expect(titlesOf([...all, salesCall])).toEqual([
    'Most likely cause, 9 of 10 calls: chunk-unaligned',
  ])
})

test('the cause across calls comes first, and is not told again of a call', () => {
  const calls = [
    {...salesCall, diagnosis},
    {...salesCall, diagnosis: other},
  ]

  expect(titlesOf(calls, diagnosis)).toEqual([
    'Most likely cause: chunk-unaligned',
    'Most likely cause, call 2: never-clears',
  ])
})

test('the line of a call gives the cause as its reason', () => {
  const call = {...salesCall, diagnosis, turns: [aTurn({expectation: 'respond', met: false})]}

  expect(renderReport(aReport({calls: [call, call]}), {...look, width: 120})).toContain(
    'fail  chunk-unaligned: Chunks are 1000 bytes, which is no multiple of 320.',
  )
})
