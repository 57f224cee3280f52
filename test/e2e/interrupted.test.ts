import {existsSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {beforeAll, describe, expect, test, vi} from 'vitest'

import {foundIn} from '../../src/report/kept-paths.js'
import type {RunReport} from '../../src/report/report.js'
import {deafWebSocket} from '../rig/bad-endpoints.js'
import {onlyCall, readJournal, readRecording, readReport} from '../rig/kept-call.js'
import {bin, emptyFolder, root, runCli, start, startCli} from '../rig/run-cli.js'

const scenarios = emptyFolder()
const long = join(scenarios, 'long.yaml')
const short = join(scenarios, 'short.yaml')

beforeAll(async () => {
  await writeFile(long, 'version: 1\nname: long\nsteps:\n  - wait: {ms: 60000}\n')
  await writeFile(short, 'version: 1\nname: short\nsteps:\n  - wait: {ms: 100}\n')
})

describe.concurrent('SIGINT during a call', () => {
  test('hangs up, reports what was measured, keeps it all and exits with 130', async () => {
    const out = join(emptyFolder(), 'kept')
    const args = ['simulate', '--bot', 'echo', '--scenario', long, '--out', out, '--json']
    const running = startCli(args, {cwd: emptyFolder()})
    await journalHas(out, '"chunk":25')

    running.kill('SIGINT')
    const {exit, stdout} = await running.ended

    expect(exit).toBe(130)
    const report = JSON.parse(stdout) as RunReport
    expect(report).toMatchObject({interrupted: true, verdict: 'fail'})
    expect(onlyCall(report)).toMatchObject({
      outcome: 'failed',
      failure: {code: 'EXO_INTERRUPTED'},
      closing: {by: 'caller', code: 1000},
    })
    // In the folder its files are named from there.
    expect(foundIn(out, await readReport(out))).toEqual(report)
    const journal = await readJournal(out)
    const ticks = journal.filter(({type}) => type === 'frame').length
    const {caller, sampleRateHz, missingBytes} = await readRecording(out)
    expect(missingBytes).toBe(0)
    expect(caller.length / sampleRateHz).toBeGreaterThanOrEqual(ticks * 0.02)
  })

  test('says so at the top of the report for a person', async () => {
    const out = join(emptyFolder(), 'kept')
    const args = ['simulate', '--bot', 'sink', '--scenario', long, '--out', out]
    const running = startCli(args, {cwd: emptyFolder()})
    await journalHas(out, '"chunk":5')

    running.kill('SIGTERM')
    const {exit, stdout} = await running.ended

    expect(exit).toBe(130)
    expect(stdout).toContain('The run was interrupted;')
    expect(stdout).toMatch(/^fail: interrupted, 1 call failed; first cause: EXO_INTERRUPTED, /m)
  })

  test('a second one ends the process at once, without a report', async () => {
    const {url} = await deafWebSocket()
    const out = join(emptyFolder(), 'kept')
    const args = ['simulate', url, '--scenario', long, '--out', out]
    const running = startCli(args, {cwd: emptyFolder()})
    await journalHas(out, '"chunk":5')

    running.kill('SIGINT')
    // It has hung up, and waits for a close that this bot never sends.
    await journalHas(out, 'callended')
    running.kill('SIGINT')
    const {exit, stdout} = await running.ended

    expect({exit, stdout}).toEqual({exit: 130, stdout: ''})
    expect(existsSync(join(out, 'report.json'))).toBe(false)
  })
})

describe.concurrent('a reader that has seen enough', () => {
  test('a closed pipe is no failure', async () => {
    const running = startCli(['simulate', '--list'])

    running.stopReading()

    expect(await running.ended).toEqual({exit: 0, signal: null, stdout: '', stderr: ''})
  })

  test('a closed pipe does not change the verdict of a call', async () => {
    const cwd = emptyFolder()
    const running = startCli(['simulate', '--bot', 'sink', '--scenario', short], {cwd})

    running.stopReading()
    const {exit, stderr} = await running.ended

    expect(exit).toBe(0)
    expect(stderr).toMatch(/^Calling .*\nKept in .*\n$/)
  })

  test('head gets its line', async () => {
    const piped = `"${process.execPath}" "${bin}" simulate --help | head -1`

    const ended = await start('bash', ['-o', 'pipefail', '-c', piped]).ended

    expect(ended).toEqual({
      exit: 0,
      signal: null,
      stdout: 'Call a bot as Exotel would, and say what the caller heard\n',
      stderr: '',
    })
  })

  test('redirected into a file, the answer arrives whole', async () => {
    const cwd = emptyFolder()

    await start('bash', ['-c', `"${process.execPath}" "${bin}" simulate --list > list.txt`], {cwd})
      .ended

    const {stdout} = await runCli(['simulate', '--list'], {cwd: root})
    expect(await readFile(join(cwd, 'list.txt'), 'utf8')).toBe(stdout)
  })
})

/**
 * Waits until the journal in the folder holds these words. Not by `expect.poll`, which asks for the
 * one test that runs, and here several do at once.
 */
async function journalHas(folder: string, words: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const text = await readFile(join(folder, 'journal.ndjson'), 'utf8')
      if (!text.includes(words)) throw new Error(`the journal does not hold ${words}`)
    },
    {timeout: 20_000, interval: 20},
  )
}
