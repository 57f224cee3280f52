import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {beforeAll, describe, expect, test} from 'vitest'

import type {RunReport} from '../../src/report/report.js'
import {emptyFolder, runCli, startCli} from '../rig/run-cli.js'

const folder = emptyFolder()
const bot = join(folder, 'bot.mjs')
const short = join(folder, 'short.yaml')

beforeAll(async () => {
  await writeFile(
    bot,
    `import {createServer} from 'node:net'
    setInterval(() => undefined, 1000)
    createServer().listen(0, '127.0.0.1')
    export default async (call) => {
      for await (const event of call.events) void event
    }\n`,
  )
  await writeFile(short, 'version: 1\nname: short\nsteps:\n  - wait: {ms: 100}\n')
})

describe.concurrent('a bot that leaves a timer and a server open', () => {
  test('does not keep simulate: the report arrives whole, and the process ends', async () => {
    const {exit, signal, stdout} = await runCli(
      ['simulate', '--bot', bot, '--scenario', short, '--json'],
      {cwd: emptyFolder()},
    )

    expect({exit, signal}).toEqual({exit: 0, signal: null})
    expect((JSON.parse(stdout) as RunReport).verdict).toBe('pass')
  })

  test('nor does it keep serve, once it was told to stop', async () => {
    const args = ['serve', '--bot', bot, '--port', '0', '--host', '127.0.0.1', '--json']
    const serving = startCli(args, {cwd: emptyFolder()})
    await serving.said(/"listening"/)

    serving.kill('SIGINT')
    const {exit, signal, stdout} = await serving.ended

    expect({exit, signal}).toEqual({exit: 0, signal: null})
    expect(stdout).toMatch(/\{"event":"closed"\}\n$/)
  })
})
