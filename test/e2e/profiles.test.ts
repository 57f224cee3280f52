import {describe, expect, test} from 'vitest'

import type {RunReport} from '../../src/report/report.js'
import {onlyCall} from '../rig/kept-call.js'
import {emptyFolder, runCli} from '../rig/run-cli.js'

describe.concurrent('the playback bot passes the basic scenario in every dialect of Exotel', () => {
  test.each([
    ['docs-numbers', {sampleRateHz: 8000, frameMs: 20}],
    ['100ms', {sampleRateHz: 8000, frameMs: 100}],
    ['16k', {sampleRateHz: 16_000, frameMs: 20}],
    ['24k', {sampleRateHz: 24_000, frameMs: 20}],
    ['camel-mulaw', {sampleRateHz: 8000, frameMs: 20}],
    ['legacy-connected-version', {sampleRateHz: 8000, frameMs: 20}],
  ])('%s', async (profile, audio) => {
    const args = ['simulate', '--bot', 'playback', '--profile', profile, '--json']

    const {exit, stdout} = await runCli(args, {cwd: emptyFolder()})

    const report = JSON.parse(stdout) as RunReport
    expect({exit, verdict: report.verdict}).toEqual({exit: 0, verdict: 'pass'})
    expect(report.plan).toMatchObject({profile, ...audio})
    expect(onlyCall(report).turns.map(({kind, met}) => [kind, met])).toEqual([
      ['greeting', undefined],
      ['say', true],
    ])
  })
})
