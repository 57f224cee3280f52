import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {systemClock} from '../../../../src/clock.js'
import {listenersInProc} from '../../../../src/doctor/machine/listeners/from-proc.js'
import {programOf} from '../../../../src/doctor/machine/processes.js'
import {tunnelProcesses} from '../../../../src/doctor/machine/tunnels/tunnel-processes.js'

let procDir: string

beforeEach(() => {
  procDir = mkdtempSync(join(tmpdir(), 'exostream-proc-'))
})

afterEach(() => {
  rmSync(procDir, {recursive: true})
})

function addProcess(pid: number, words: readonly string[], comm = 'node'): string {
  const folder = join(procDir, String(pid))
  mkdirSync(join(folder, 'fd'), {recursive: true})
  writeFileSync(join(folder, 'cmdline'), words.map((word) => `${word}\0`).join(''))
  writeFileSync(join(folder, 'comm'), `${comm}\n`)
  return folder
}

describe('the name of a program', () => {
  test.each([
    ['/usr/local/bin/exostream', 'exostream'],
    ['/opt/exostream/bin/run.js', 'exostream'],
    ['/srv/exostream/bot.js', 'node'],
    ['/srv/not-exostream', 'node'],
  ])('node that runs %s is %s', async (script, name) => {
    addProcess(7, ['node', script, 'serve'])

    expect(await programOf(procDir, 7)).toBe(name)
  })

  test('cannot move the cursor', async () => {
    addProcess(7, ['x'], '\u001b[2Jx\u202e')

    expect(await programOf(procDir, 7)).toBe('[2Jx')
  })

  test('of a process that is gone is not known', async () => {
    expect(await programOf(procDir, 8)).toBeUndefined()
  })
})

describe('tunnels without an API', () => {
  test.each([
    [['ngrok', 'http', '5000'], 'ngrok'],
    [['/usr/local/bin/cloudflared', 'tunnel'], 'cloudflared'],
    [['tailscale', 'funnel', '5000'], 'tailscale'],
    [['node', '/usr/bin/lt', '--port', '5000'], 'localtunnel'],
  ])('%j is %s', async (words, name) => {
    addProcess(7, words)

    expect(await tunnelProcesses(procDir)).toEqual([{name}])
  })

  test.each([[['tailscale', 'up']], [['vi', 'ngrok']], [['node', 'bot.js', 'ngrok']], [[]]])(
    '%j is none',
    async (words) => {
      addProcess(7, words)

      expect(await tunnelProcesses(procDir)).toEqual([])
    },
  )

  test('one that runs twice is told once', async () => {
    addProcess(7, ['ngrok'])
    addProcess(8, ['ngrok'])

    expect(await tunnelProcesses(procDir)).toHaveLength(1)
  })
})

describe('who owns a socket', () => {
  const world = () => ({procDir, clock: systemClock, signal: new AbortController().signal})

  beforeEach(() => {
    mkdirSync(join(procDir, 'net'))
    writeFileSync(
      join(procDir, 'net', 'tcp'),
      '   0: 00000000:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1076 1 0\n',
    )
  })

  test('is who has it open', async () => {
    const folder = addProcess(7, ['python3', 'bot.py'], 'python3')
    symlinkSync('socket:[9999]', join(folder, 'fd', '3'))
    symlinkSync('socket:[1076]', join(folder, 'fd', '4'))

    expect(await listenersInProc(5000, world())).toEqual([
      {address: '0.0.0.0', port: 5000, pid: 7, program: 'python3'},
    ])
  })

  test('is not known where the files of others cannot be read', async () => {
    rmSync(join(addProcess(7, ['node']), 'fd'), {recursive: true})

    expect(await listenersInProc(5000, world())).toEqual([{address: '0.0.0.0', port: 5000}])
  })

  test('is not searched for when there is no time', async () => {
    symlinkSync('socket:[1076]', join(addProcess(7, ['node']), 'fd', '3'))
    const aborted = {...world(), signal: AbortSignal.abort()}

    expect(await listenersInProc(5000, aborted)).toEqual([{address: '0.0.0.0', port: 5000}])
  })

  test('without tables nothing is known', async () => {
    rmSync(join(procDir, 'net'), {recursive: true})

    expect(await listenersInProc(5000, world())).toBeUndefined()
  })
})
