import {existsSync} from 'node:fs'
import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import type {FailureDocument} from '../../src/cli/failure.js'
import type {RunReport} from '../../src/report/report.js'
import {onlyCall, onlyCallFolder, readReport} from '../rig/kept-call.js'
import {emptyFolder, runCli, startCli} from '../rig/run-cli.js'

describe.concurrent('what simulate calls without a URL', () => {
  test('the serve of this folder, which drains and is gone after Ctrl-C', async () => {
    const cwd = emptyFolder()
    const serving = startCli(['serve', '--port', '0'], {cwd})
    const announced = await serving.said(/Ctrl-C stops it/)
    const note = join(cwd, '.exostream/serve.json')
    expect(existsSync(note)).toBe(true)

    const {stdout, stderr, exit} = await runCli(['simulate', '--scenario', 'sales', '--json'], {
      cwd,
      env: {CI: 'true'},
    })
    serving.kill('SIGINT')
    const served = await serving.ended

    const report = JSON.parse(stdout) as RunReport
    expect({exit, verdict: report.verdict}).toEqual({exit: 0, verdict: 'pass'})
    const url = /ws:\/\/127\.0\.0\.1:\d+\/media/.exec(announced)?.[0]
    expect(report.target).toEqual({kind: 'serve', url})
    expect(stderr).toContain(`Calling the exostream serve of this folder at ${String(url)}`)
    expect(report.calls.map(({findings}) => findings)).toEqual([[]])
    expect(served.exit).toBe(0)
    expect(existsSync(note)).toBe(false)
  })

  test('not a serve that was killed, whose note is removed', async () => {
    const cwd = emptyFolder()
    const serving = startCli(['serve', '--port', '0', '--json'], {cwd})
    await serving.said(/"listening"/)
    serving.kill('SIGKILL')
    await serving.ended
    const note = join(cwd, '.exostream/serve.json')
    expect(existsSync(note)).toBe(true)

    const {exit, stderr} = await runCli(['simulate'], {cwd, env: {CI: 'true'}})

    expect(exit).toBe(2)
    expect(stderr).toContain('Code: EXO_NO_TARGET')
    expect(existsSync(note)).toBe(false)
  })

  test('nothing where CI is set: that is a mistake with a hint', async () => {
    const options = {cwd: emptyFolder(), env: {CI: 'true'}}

    const [asText, asJson] = await Promise.all([
      runCli(['simulate'], options),
      runCli(['simulate', '--json'], options),
    ])

    expect([asText.exit, asJson.exit]).toEqual([2, 2])
    expect(asText.stdout).toBe('')
    expect(asText.stderr).toContain('Code: EXO_NO_TARGET\n  Try this: Give the URL of your bot')
    const {error} = JSON.parse(asJson.stdout) as FailureDocument
    expect(error.code).toBe('EXO_NO_TARGET')
    expect(error.message).toBe(
      'There is no bot to call: no URL, no --bot, and no exostream serve in this folder.',
    )
    expect(error.hint).toContain('--bot playback')
  })

  test('the built-in playback bot where CI is not set, and the first line says so', async () => {
    const cwd = emptyFolder()

    const {exit, stdout, stderr} = await runCli(['simulate'], {cwd})

    expect(exit).toBe(0)
    expect(stderr).toMatch(/^Calling the bot playback in this process, scenario basic\n/)
    expect(stdout).toMatch(/^Called the bot playback, scenario basic, \d+\.\d s\n/)
    const report = await readReport(await onlyCallFolder(cwd))
    expect(report.target).toEqual({kind: 'bot', bot: 'playback'})
    expect(onlyCall(report).outcome).toBe('completed')
  })
})
