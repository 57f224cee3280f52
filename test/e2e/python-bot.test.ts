import {join} from 'node:path'

import {expect, test} from 'vitest'

import type {RunReport} from '../../src/report/report.js'
import {emptyFolder, root, runCli, start} from '../rig/run-cli.js'

/** Debian's own, for which python3-websockets is installed. */
const PYTHON = '/usr/bin/python3'

test('a bot in Python greets, answers and lets itself be interrupted', async () => {
  const bot = start(PYTHON, ['-u', join(root, 'test/rig/python/echo_bot.py')])
  const url = /ws:\S+/.exec(await bot.said(/ws:\S+\n/))?.[0] ?? ''

  const {stdout, stderr, exit} = await runCli(
    ['simulate', url, '--scenario', 'interrupt', '--json'],
    {
      cwd: emptyFolder(),
    },
  )
  bot.kill('SIGTERM')
  const {stderr: complaints} = await bot.ended

  const report = JSON.parse(stdout) as RunReport
  const seen = report.calls.map(({outcome, turns, findings}) => ({
    outcome,
    turns: turns.map(({kind, met}) => ({kind, met})),
    findings: findings.map(({rule}) => rule),
  }))
  expect(seen, stderr).toEqual([
    {
      outcome: 'completed',
      turns: [
        {kind: 'greeting', met: true},
        {kind: 'say', met: true},
        {kind: 'interrupt', met: true},
      ],
      findings: [],
    },
  ])
  expect({exit, verdict: report.verdict, complaints}).toEqual({
    exit: 0,
    verdict: 'pass',
    complaints: '',
  })
})
