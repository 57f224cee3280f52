import {mkdtemp, readFile, rename, rm, unlink} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {readReportAt} from '../../src/cli/read-report.js'
import {interleave, WavWriter} from '../../src/record/wav-writer.js'
import {writeReportFiles} from '../../src/report-files.js'
import {encodeAudio} from '../../src/report/html/sound/audio.js'
import type {RunReport} from '../../src/report/report.js'
import {writeReport} from '../../src/simulate/keep.js'
import {mergeRuns} from '../../src/simulate/merge-runs.js'
import {makeFolders} from '../../src/workspace.js'
import {aLoad, callsOf, shardsOf} from './report/load-reports.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-report-files-'))
})
afterEach(() => rm(folder, {recursive: true}))

/** What the caller said in the worst call of a part: of each part another tone. */
function soundOf(part: number): Int16Array {
  return Int16Array.from({length: 800}, (_, at) => 8000 * Math.sin(at * part))
}

const silence = new Int16Array(800)

/** Every part is written into a folder of one name, as on machines of their own, and then moved. */
async function movedParts(): Promise<readonly string[]> {
  const whole = aLoad({calls: callsOf(40)})
  const paths: string[] = []
  for (const [at, report] of shardsOf(whole).entries()) {
    const out = join(folder, 'part')
    const recording = join(out, 'worst-01-dtmf', 'call.wav')
    await makeFolders(join(recording, '..'))
    const wav = WavWriter.open(recording, {sampleRateHz: 8000, channels: 2})
    wav.write(interleave(soundOf(at + 1), silence))
    await wav.close()
    const [worst, ...others] = report.calls
    if (!worst || !report.load) throw new Error('a part has calls')
    const calls = [{...worst, artifacts: {recording}}, ...others]
    await writeReport(out, {...report, calls, load: {...report.load, worst: [worst.callSid]}})
    const moved = join(folder, `moved-${String(at + 1)}`)
    await rename(out, moved)
    paths.push(moved)
  }
  return paths
}

async function merged(paths: readonly string[]): Promise<RunReport> {
  return mergeRuns(await Promise.all(paths.map(readReportAt))).report
}

function encoded(part: number): string {
  return encodeAudio({caller: soundOf(part), heard: silence, sampleRateHz: 8000})
}

describe('the page of merged parts that were moved', () => {
  test('plays the recordings of each part as its own', async () => {
    const html = join(folder, 'load.html')

    const {unwritten, notes} = await writeReportFiles(await merged(await movedParts()), {html})

    expect({unwritten, notes}).toEqual({unwritten: [], notes: []})
    const page = await readFile(html, 'utf8')
    for (const part of [1, 2, 3, 4]) expect(page).toContain(encoded(part))
  })

  test('plays them from the merged report again', async () => {
    const [html, all] = [join(folder, 'load.html'), join(folder, 'all')]
    await writeReport(all, await merged(await movedParts()))
    const {report} = await readReportAt(all)

    expect((await writeReportFiles(report, {html})).notes).toEqual([])
  })

  test('says which recordings were not found', async () => {
    const html = join(folder, 'load.html')
    const paths = await movedParts()
    const gone = paths.slice(1, 3).map((path) => join(path, 'worst-01-dtmf', 'call.wav'))
    for (const path of gone) await unlink(path)

    const {unwritten, notes} = await writeReportFiles(await merged(paths), {html})

    expect(unwritten).toEqual([])
    expect(notes).toEqual([
      `2 of 4 recordings were not found, or could not be read; the page is without: ${gone.join(', ')}.`,
    ])
    const page = await readFile(html, 'utf8')
    expect(page).toContain(encoded(1))
    expect(page).not.toContain(encoded(2))
  })
})
