import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, describe, expect, test} from 'vitest'

import {type Bot, type ExostreamError, simulateCall} from '../../src/index.js'
import {namedFrom} from '../../src/report/kept-paths.js'
import {politeBot} from '../rig/bots.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-virtual-'))
})
afterAll(() => rm(folder, {recursive: true}))

describe('a call in virtual time', () => {
  test('is a whole report, of a rig that was never late and measured no machine', async () => {
    const report = await simulateCall({bot: 'playback', clock: 'virtual', seed: 1})

    expect(report).toMatchObject({
      verdict: 'pass',
      plan: {clock: 'virtual'},
      target: {kind: 'bot', bot: 'playback'},
      rig: {verdict: 'reliable', sendLatenessMs: {p50: 0, p99: 0, max: 0}},
      calls: [{outcome: 'completed', findings: []}],
    })
    expect(report.rig).not.toHaveProperty('rigCpu')
  })

  test('has the same journal and recording for the same seed, and others for another', async () => {
    const made = async (name: string, seed: number) => {
      const out = join(folder, name)
      await simulateCall({bot: 'playback', clock: 'virtual', seed, out})
      return Promise.all(['journal.ndjson', 'call.wav'].map((file) => readFile(join(out, file))))
    }

    const [one, same, other] = [await made('one', 7), await made('same', 7), await made('other', 8)]

    expect(same).toEqual(one)
    expect(other[0]).not.toEqual(one[0])
    expect(other[1]).not.toEqual(one[1])
  })

  test('keeps recording, journal and report in the folder it is given', async () => {
    const out = join(folder, 'kept')

    const report = await simulateCall({bot: politeBot(), clock: 'virtual', seed: 1, out})

    expect((await readdir(out)).toSorted()).toEqual(['call.wav', 'journal.ndjson', 'report.json'])
    const written = namedFrom(out, report)
    expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))).toEqual(written)
  })

  test('gives a bot that reads files the time to, without any of its own going by', async () => {
    let tookMs: number | undefined
    const reading: Bot = async (call) => {
      await readFile(import.meta.filename)
      tookMs = call.now()
      await politeBot()(call)
    }

    const report = await simulateCall({bot: reading, clock: 'virtual', seed: 1})

    expect(tookMs).toBe(0)
    expect(report.calls[0]?.outcome).toBe('completed')
  })

  test('of a bot that throws says what it threw', async () => {
    const throwing: Bot = async (call) => {
      await call.sleep(2000)
      throw new Error('no model')
    }

    const report = await simulateCall({bot: throwing, clock: 'virtual', seed: 1})

    expect(report).toMatchObject({
      verdict: 'fail',
      calls: [{failure: {code: 'EXO_BOT_THREW'}, closing: {by: 'bot', code: 1011}}],
    })
    expect(report.calls[0]?.failure?.message).toContain('The bot threw Error: no model (at ')
  })

  test('ends when its signal is aborted', async () => {
    const abort = new AbortController()
    const aborting: Bot = async (call) => {
      await call.sleep(1500)
      abort.abort()
    }

    const report = await simulateCall({
      bot: aborting,
      clock: 'virtual',
      seed: 1,
      signal: abort.signal,
    })

    expect(report).toMatchObject({
      interrupted: true,
      calls: [{failure: {code: 'EXO_INTERRUPTED'}}],
    })
    expect(report.calls[0]?.durationMs).toBeLessThan(1600)
  })

  test('that is given up before it began is not made', async () => {
    const signal = AbortSignal.abort()

    const report = await simulateCall({bot: politeBot(), clock: 'virtual', seed: 1, signal})

    expect(report).toMatchObject({interrupted: true, verdict: 'fail', calls: []})
  })
})

test('in virtual time nothing is asked over HTTP, which is told', async () => {
  const passthru = {url: 'http://127.0.0.1:9/'}

  const called = simulateCall({bot: politeBot(), passthru, clock: 'virtual'})

  await expect(called).rejects.toMatchObject({
    code: 'EXO_USAGE',
    message: expect.stringMatching(/^In virtual time nothing is asked over HTTP: /) as string,
  })
})

test.each([
  {what: 'a URL', options: {url: 'ws://127.0.0.1:9/'}},
  {what: 'no bot', options: {}},
])('in virtual time $what is a mistake that is told', async ({options}) => {
  const called = simulateCall({...options, clock: 'virtual'})

  await expect(called).rejects.toMatchObject({
    code: 'EXO_USAGE',
    message: 'In virtual time only a bot of this process can be called: give a bot, and no URL.',
  } satisfies Partial<ExostreamError>)
})
