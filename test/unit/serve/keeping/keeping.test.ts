import {chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {wavHeader} from '../../../../src/audio/wav.js'
import {systemClock} from '../../../../src/clock.js'
import {ExostreamError} from '../../../../src/errors.js'
import {silentLogger} from '../../../../src/log.js'
import {makeKeptFolder} from '../../../../src/record/kept-folder.js'
import {readRecording} from '../../../../src/record/recording-reader.js'
import {type KeepingOptions, openKeeping} from '../../../../src/serve/keeping/keeping.js'
import {keepingLog, of, totalsIn, withKeeping} from './keeping-rig.js'

// The tests are run without --expose-gc; the flag can be set later, for contexts made after it.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** With what is held outside the heap, as samples are. */
function heldMegabytes(): number {
  collectGarbage()
  const {heapUsed, arrayBuffers} = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 2 ** 20
}

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'exostream-keeping-'))
})
afterEach(() => rm(dir, {recursive: true, force: true}))

const open = (options: Partial<KeepingOptions>) =>
  openKeeping({
    dumpFormat: 'wav',
    retention: {maxAgeDays: 7, maxBytes: 1_024_000_000},
    clock: systemClock,
    log: silentLogger,
    ...options,
  })

describe('at the start', () => {
  test('one line says what is kept, where and for how long', async () => {
    const recordDir = join(dir, 'recordings')
    const dumpDir = join(dir, 'audio-dumps')

    const keeping = await open({recordDir, dumpDir})
    await keeping.close()

    expect(keeping.notes).toEqual([
      `Kept: each call as audio and journal in ${recordDir}; each media message as wav in ${dumpDir}; for 7 days, and at most 1024 MB in all.`,
    ])
  })

  test('nothing is said where nothing is kept', async () => {
    const keeping = await open({})
    keeping.watchFor({connection: 'c1', startedAt: new Date(0), path: '/'})
    await keeping.close()

    expect(keeping.notes).toEqual([])
  })

  test('a folder is made, and not for a repository', async () => {
    const recordDir = join(dir, 'deep', 'recordings')

    await (await open({recordDir})).close()

    expect(await readdir(recordDir)).toEqual(['.gitignore'])
    expect(await readFile(join(recordDir, '.gitignore'), 'utf8')).toBe('*\n')
  })

  test('a folder that is there is left as it is', async () => {
    await writeFile(join(dir, 'theirs.txt'), '')

    await (await open({dumpDir: dir})).close()

    expect(await readdir(dir)).toEqual(['theirs.txt'])
  })

  test.each([
    {what: 'recordings', option: 'recordDir'},
    {what: 'audio dumps', option: 'dumpDir'},
  ])('a folder for $what that is a file is EXO_DATA_DIR', async ({what, option}) => {
    const path = join(dir, 'file')
    await writeFile(path, '')

    const failure = await open({[option]: path}).catch((error: unknown) => error)

    expect(failure).toBeInstanceOf(ExostreamError)
    expect(failure).toMatchObject({
      code: 'EXO_DATA_DIR',
      message: `The folder ${path} for ${what} cannot be written.`,
      cause: {code: 'EEXIST'},
    })
  })

  test.skipIf(process.getuid?.() === 0)('so is one that may not be written', async () => {
    await chmod(dir, 0o500)

    await expect(open({recordDir: dir})).rejects.toMatchObject({code: 'EXO_DATA_DIR'})
  })

  test('what a killed process left is mended, and what ended in order is not looked at', async () => {
    const {log, logged} = keepingLog()
    const killed = await makeKeptFolder(dir, '20260101T000000Z-killed-c1', 'c1')
    const ended = await makeKeptFolder(dir, '20260101T000000Z-ended-c2', 'c2')
    const theirs = join(dir, '20260101T000000Z-theirs-c3')
    await mkdir(theirs)
    const broken = Buffer.concat([
      wavHeader({sampleRateHz: 8000, channels: 2, dataBytes: 0}),
      Buffer.alloc(4000, 1),
    ])
    for (const folder of [killed, ended, theirs]) await writeFile(join(folder, 'call.wav'), broken)
    await writeFile(join(ended, 'call.json'), '{}')

    const keeping = await open({recordDir: dir, log})
    await keeping.close()

    expect((await readRecording(join(killed, 'call.wav'))).caller).toHaveLength(1000)
    expect(await readFile(join(ended, 'call.wav'))).toEqual(broken)
    expect(await readFile(join(theirs, 'call.wav'))).toEqual(broken)
    expect(logged).toMatchObject([{level: 'info', values: {recordings: 1}}])
  })
})

describe('while it goes on', () => {
  /** What was kept some days before the virtual clock begins. */
  async function keepOld(name: string, days: number) {
    const path = await makeKeptFolder(dir, name, 'c1')
    await writeFile(join(path, 'call.json'), 'x'.repeat(1000))
    const then = new Date(Date.UTC(2026, 0, 1) - days * 86_400_000)
    for (const name of ['.exostream', 'call.json', '.']) await utimes(join(path, name), then, then)
  }

  test('what is too old goes at the start, and what becomes so within ten minutes', async () => {
    const {log, logged} = keepingLog()
    await keepOld('old', 31)
    await keepOld('nearly', 29.999)
    await keepOld('young', 2)

    await withKeeping({recordDir: dir, log}, async ({sleep}) => {
      await sleep(1000)
      expect((await readdir(dir)).sort()).toEqual(['nearly', 'young'])
      await sleep(10 * 60_000)

      expect(await readdir(dir)).toEqual(['young'])
    })
    expect(logged).toMatchObject(
      [1, 1].map((folders) => ({
        values: {folders},
        message: 'kept calls deleted, by age and size',
      })),
    )
  })

  test('a call that goes on is never deleted', async () => {
    const retention = {maxAgeDays: 30, maxBytes: 1}

    await withKeeping({recordDir: dir, dumpDir: dir, retention}, async ({stream, sleep}) => {
      const call = stream()
      call.start()
      await sleep(11 * 60_000)

      expect(await readdir(dir)).toHaveLength(2)
      call.close()
    })
  })

  test('ten minutes of a call take no more memory than one', async () => {
    const {log, logged} = keepingLog()
    await withKeeping({recordDir: dir, dumpDir: dir, log}, async ({stream, sleep}) => {
      const call = stream()
      call.start()
      const minute = async () => {
        for (let frame = 0; frame < 300; frame += 1) {
          await sleep(200)
          call.hear(of(1, 1600), frame)
          call.say(of(2, 1600))
        }
        return heldMegabytes()
      }

      const first = await minute()
      for (let count = 2; count < 10; count += 1) await minute()
      const last = await minute()

      // What the nine minutes would take is 17 MB of samples, and as much of messages.
      expect(last - first).toBeLessThan(4)
      call.close()
    })
    expect(totalsIn(logged)).toEqual({
      recordings: 1,
      chunks: 3000,
      chunkBytes: 3000 * (44 + 3200),
    })
  })

  test('a mistake of ours in keeping costs the keeping, not the call', async () => {
    const {log, logged} = keepingLog()

    await withKeeping({recordDir: dir, log}, ({stream}) => {
      const call = stream()
      call.start()
      // No stream tells this; whoever reads it fails.
      call.tell({type: 'sent', atMs: 0} as unknown as Parameters<typeof call.tell>[0])
      call.hear(of(1, 160))
    })

    expect(logged.filter(({level}) => level === 'error')).toMatchObject([
      {values: {category: 'ERROR', err: {}}, message: 'exostream failed to keep this call'},
    ])
  })
})
