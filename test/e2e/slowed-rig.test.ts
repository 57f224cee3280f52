import {setTimeout as delay} from 'node:timers/promises'

import {describe, expect, test} from 'vitest'

import type {RunReport} from '../../src/report/report.js'
import {emptyFolder, startCli} from '../rig/run-cli.js'

/** Long enough that no turn could be measured across it. */
const STOPPED_MS = 150
const RUNNING_MS = 250

/** Stands still in a rhythm, as a machine that has too much to do. */
async function slowDown({
  kill,
  ended,
}: ReturnType<typeof startCli>): ReturnType<typeof startCli>['ended'] {
  const over = new AbortController()
  const end = ended.finally(() => {
    over.abort()
  })
  while (!over.signal.aborted) {
    kill('SIGSTOP')
    await delay(STOPPED_MS)
    kill('SIGCONT')
    await delay(RUNNING_MS)
  }
  return end
}

describe('a load run on a machine that stands still again and again', () => {
  test('is void, blames itself before the bot, and ends in 3', async () => {
    const cwd = emptyFolder()
    const serve = startCli(['serve', '--bot', 'echo', '--host', '127.0.0.1', '--port', '0'], {cwd})
    await serve.said(/Serving the bot echo/)
    const running = startCli(['load', '--calls', '4', '--scenario', 'basic', '--json'], {cwd})

    const {stdout, exit} = await slowDown(running)
    serve.kill('SIGTERM')

    const {rig, verdict, load} = JSON.parse(stdout) as RunReport
    expect(rig.verdict).toBe('void')
    expect(rig.reason).toMatch(/^our own sending was up to .* this machine .* --shard/)
    expect(verdict).toBe('fail')
    expect(load).toMatchObject({opened: 4, atPace: 0})
    expect(exit).toBe(3)
  })
})
