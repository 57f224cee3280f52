import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {beforeAll, expect, test} from 'vitest'

import type {RunReport} from '../../src/report/report.js'
import {onlyCall, readJournal, readRecording} from '../rig/kept-call.js'
import {type Ended, emptyFolder, runCli} from '../rig/run-cli.js'

const folder = emptyFolder()
const out = join(folder, 'kept')

let ended: Ended

beforeAll(async () => {
  const scenario = join(folder, 'a-minute.yaml')
  const steps = '  - wait: {ms: 60000}\n  - hangUp: stop\n    now: true\n'
  await writeFile(scenario, `version: 1\nname: a-minute\nsteps:\n${steps}`)
  const args = ['simulate', '--bot', 'sink', '--scenario', scenario, '--out', out, '--json']
  ended = await runCli(args, {cwd: folder})
})

/** 0.1 % of a minute. */
const TOLERANCE_MS = 60

test('a call of 60 s sends 60 s of audio in 60 s, to a thousandth', async () => {
  const sent = (await readJournal(out)).flatMap((event) => (event.type === 'frame' ? [event] : []))

  const sentMs = sent.length * 20
  // Of fifty frames each, so that one frame that was held up is not taken for drift.
  const tookMs = medianOf(sent.slice(-50)) - medianOf(sent.slice(0, 50))
  const meantMs = sentMs - 50 * 20

  expect(Math.abs(sentMs - 60_000)).toBeLessThanOrEqual(TOLERANCE_MS)
  expect(Math.abs(tookMs - meantMs)).toBeLessThanOrEqual(TOLERANCE_MS)
  expect(sent.map(({chunk}) => chunk)).toEqual(sent.map((_, at) => at + 1))
})

test('its report states how late it sent, and its recording is as long', async () => {
  const report = JSON.parse(ended.stdout) as RunReport

  expect(ended.exit).toBe(0)
  const {p50, p99, max} = report.rig.sendLatenessMs
  expect([p50, p99, max]).toEqual([p50, p99, max].toSorted((one, other) => one - other))
  expect(p50).toBeGreaterThanOrEqual(0)
  expect(max).toBeGreaterThan(0)
  expect(Math.abs(onlyCall(report).durationMs - 60_000)).toBeLessThan(1000)
  const {caller, sampleRateHz} = await readRecording(out)
  expect(Math.abs((caller.length / sampleRateHz) * 1000 - 60_000)).toBeLessThanOrEqual(TOLERANCE_MS)
})

function medianOf(frames: readonly {readonly atMs: number}[]): number {
  return (
    frames.map(({atMs}) => atMs).toSorted((one, other) => one - other)[frames.length / 2] ?? NaN
  )
}
