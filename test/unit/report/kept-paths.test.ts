import {resolve} from 'node:path'

import {expect, test} from 'vitest'

import {foundIn, namedFrom} from '../../../src/report/kept-paths.js'
import type {RunReport} from '../../../src/report/report.js'
import {aLoad, callsOf} from './load-reports.js'

function reportWith(artifacts: RunReport['calls'][number]['artifacts']): RunReport {
  return aLoad({calls: callsOf(1).map((call) => ({...call, artifacts}))})
}

const pathsOf = ({calls}: RunReport) => calls[0]?.artifacts

const kept = reportWith({
  recording: 'runs/load/worst-01-dtmf/call.wav',
  journal: resolve('runs/load/journal.ndjson'),
})

test('what lies in a folder is named from there, however the folder was named', () => {
  const named = {recording: 'worst-01-dtmf/call.wav', journal: 'journal.ndjson'}

  expect(pathsOf(namedFrom('runs/load', kept))).toEqual(named)
  expect(pathsOf(namedFrom(resolve('runs/load'), kept))).toEqual(named)
})

test('what lies elsewhere is named from there, too', () => {
  expect(pathsOf(namedFrom('runs/all', kept))).toMatchObject({
    recording: '../load/worst-01-dtmf/call.wav',
  })
})

test('a folder that was moved finds its own', () => {
  const moved = foundIn('parts/2', namedFrom('runs/load', kept))

  expect(pathsOf(moved)).toEqual({
    recording: 'parts/2/worst-01-dtmf/call.wav',
    journal: 'parts/2/journal.ndjson',
  })
})

test('a path that is whole stays as it is, and a call without stays without', () => {
  const whole = reportWith({recording: resolve('call.wav')})
  const without = reportWith({})

  expect(foundIn('parts', whole)).toEqual(whole)
  expect(namedFrom('parts', without)).toEqual(without)
})
