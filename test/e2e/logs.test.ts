import {appendFileSync, mkdirSync, renameSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

import {expect, test} from 'vitest'

import {emptyFolder, runCli, startCli} from '../rig/run-cli.js'

const line = (message: string, more: object = {}) => {
  const timestamp = '2026-01-31T10:15:02.123Z'
  return `${JSON.stringify({timestamp, level: 'info', category: 'SYSTEM', message, ...more})}\n`
}

function keptLogs(text: string): {cwd: string; live: string} {
  const cwd = emptyFolder()
  const logs = join(cwd, '.exostream/logs')
  mkdirSync(logs, {recursive: true})
  const live = join(logs, 'events.ndjson')
  writeFileSync(live, text)
  return {cwd, live}
}

test('the log of this folder is printed, the oldest first', async () => {
  const {cwd, live} = keptLogs(line('b', {category: 'DTMF', connection: '3f2a-1'}))
  writeFileSync(`${live}.1`, line('a'))

  const {exit, stdout, stderr} = await runCli(['logs'], {cwd})

  expect({exit, stderr}).toEqual({exit: 0, stderr: ''})
  expect(stdout).toBe(
    '2026-01-31T10:15:02.123Z info  SYSTEM        a\n2026-01-31T10:15:02.123Z info  DTMF          3f2a-1 b\n',
  )
})

test('where nothing was logged it ends in 2, and says what to do', async () => {
  const {exit, stdout, stderr} = await runCli(['logs'], {cwd: emptyFolder()})

  expect({exit, stdout}).toEqual({exit: 2, stdout: ''})
  expect(stderr).toContain('There is no log folder .exostream/logs.')
  expect(stderr).toContain('Code: EXO_LOGS_NOT_FOUND')
})

test('a category that there is not is a mistake of usage', async () => {
  const {exit, stderr} = await runCli(['logs', '--category', 'SOUND'], {cwd: emptyFolder()})

  expect(exit).toBe(2)
  expect(stderr).toContain('DTMF')
})

test('it follows across a rotation, and Ctrl-C is no failure', async () => {
  const {cwd, live} = keptLogs(line('a'))
  const following = startCli(['logs', '--follow', '--json'], {cwd})
  await following.said(/"a"/)

  appendFileSync(live, line('b'))
  renameSync(live, `${live}.1`)
  writeFileSync(live, line('c'))
  await following.said(/"c"/)
  following.kill('SIGINT')

  const {exit, stdout} = await following.ended
  expect({exit, stdout}).toEqual({exit: 0, stdout: line('a') + line('b') + line('c')})
})

test('a reader that has seen enough is no failure', async () => {
  const {cwd} = keptLogs(line('a').repeat(50_000))
  const reading = startCli(['logs'], {cwd})
  await reading.said(/ a\n/)

  reading.stopReading()

  expect((await reading.ended).exit).toBe(0)
})
