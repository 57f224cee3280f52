import {spawn} from 'node:child_process'
import {once} from 'node:events'

import {describe, expect, test} from 'vitest'

import {
  checkPid,
  familyOf,
  readProcessList,
  readStat,
  usageOf,
  usageReader,
} from '../../../../../src/simulate/load/machine/bot-process.js'

/** Begins a child when it is told to, and takes it along when it is ended. */
const PARENT = `
  const {spawn} = require('node:child_process')
  process.stdin.once('data', () => {
    const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e6)'])
    process.once('SIGTERM', () => { child.kill(); process.exit() })
    child.stdout.once('data', () => console.log('two'))
  })
  console.log('one')`

describe('a pid', () => {
  test('of a process that there is can be watched', () => {
    expect(() => {
      checkPid(process.pid)
    }).not.toThrow()
  })

  test('that has ended is a mistake of whoever gave it', async () => {
    const child = spawn(process.execPath, ['-e', '0'])
    await once(child, 'exit')

    expect(() => {
      checkPid(child.pid ?? 0)
    }).toThrow(expect.objectContaining({code: 'EXO_USAGE'}))
  })
})

describe('a process with its children', () => {
  test('is found through all generations, and nobody else', () => {
    const all = [
      {pid: 1, parentPid: 0},
      {pid: 30, parentPid: 20},
      {pid: 10, parentPid: 1},
      {pid: 20, parentPid: 10},
      {pid: 40, parentPid: 1},
    ]

    expect(familyOf(10, all).map(({pid}) => pid)).toEqual([10, 20, 30])
    expect(familyOf(99, all)).toEqual([])
  })

  test.runIf(process.platform === 'linux')('tells its CPU, memory, files and threads', async () => {
    const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e6)'])
    await once(child.stdout, 'data')

    const usage = await usageOf(process.pid, 'linux')
    const ofChild = await usageOf(child.pid ?? 0, 'linux')
    child.kill()

    expect(ofChild?.rssBytes).toBeGreaterThan(10_000_000)
    expect(ofChild?.threads).toBeGreaterThan(1)
    expect(ofChild?.openFiles).toBeGreaterThan(2)
    expect(usage?.cpuMs).toBeGreaterThan(ofChild?.cpuMs ?? Infinity)
    expect(usage?.rssBytes).toBeGreaterThan(ofChild?.rssBytes ?? Infinity)
  })

  test.runIf(process.platform === 'linux')('is looked up anew every ten seconds', async () => {
    // Of a process that has just begun, whose threads nobody else adds to.
    const parent = spawn(process.execPath, ['-e', PARENT], {stdio: ['pipe', 'pipe', 'inherit']})
    await once(parent.stdout, 'data')
    let now = 0
    const read = usageReader(parent.pid ?? 0, {platform: 'linux', now: () => now})
    const before = await read()
    parent.stdin.write('go')
    await once(parent.stdout, 'data')

    now = 9999
    const sooner = await read()
    now = 10_000
    const later = await read()
    parent.kill()

    expect(before?.rssBytes).toBeGreaterThan(0)
    expect(later?.rssBytes).toBeGreaterThan(1.5 * (sooner?.rssBytes ?? Infinity))
  })

  test('is not told of where the system does not say', async () => {
    expect(await usageOf(process.pid, 'win32')).toBeUndefined()
  })
})

describe('what Linux says of a process', () => {
  const FIELDS = '4242 1 1 0 -1 4194304 100 0 0 0 250 50 7 3 20 0 11 0 900 1000 10'

  test.each(['node', 'a) R (b', 'a b'])('is read whatever its name is: %s', (name) => {
    const text = `77 (${name}) S ${FIELDS}`

    expect(readStat(text)).toEqual({pid: 77, parentPid: 4242, cpuMs: (250 + 50 + 7 + 3) * 10})
  })

  test('is nothing when it ended meanwhile', () => {
    expect(readStat('')).toBeUndefined()
  })
})

test('the list of macOS is read, with minutes, hours and days of CPU time', () => {
  const text = '    1     0   9000   1:02.50\n  501     1 120000 2-03:04:05.00\n\n'

  expect(readProcessList(text)).toEqual([
    {pid: 1, parentPid: 0, rssBytes: 9000 * 1024, cpuMs: 62_500},
    {
      pid: 501,
      parentPid: 1,
      rssBytes: 120_000 * 1024,
      cpuMs: (((2 * 24 + 3) * 60 + 4) * 60 + 5) * 1000,
    },
  ])
})
