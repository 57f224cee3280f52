import {appendFile, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {silentLogger} from '../../../../src/log.js'
import {tone} from '../../../../src/audio/tone.js'
import type {RunReport} from '../../../../src/report/report.js'
import {keepIn} from '../../../../src/simulate/keep.js'
import {recomputeRun} from '../../../../src/simulate/recompute/recompute.js'
import {runPlan} from '../../../../src/simulate/run.js'
import {BotEnd} from '../../../../src/stream/bot/bot-end.js'
import type {StreamSocket} from '../../../../src/stream/socket.js'
import {deafBot, echoBot, hastyBot, politeBot, silentBot} from '../../../rig/bots.js'
import {socketPair} from '../../../rig/socket-pair.js'
import {clip, planOf, type VirtualCall, virtualRun} from '../../../rig/virtual-call.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-recompute-'))
})
afterEach(() => rm(folder, {recursive: true}))

const VERSION = '1.2.3'

async function kept(call: VirtualCall, into = folder): Promise<RunReport> {
  const {report} = await virtualRun({...call, keep: () => keepIn(into, 8000)})
  // As a report is kept: what is absent there is absent here.
  return JSON.parse(JSON.stringify(report)) as RunReport
}

const recomputed = (...paths: readonly string[]) => recomputeRun(paths, VERSION)

const journal = () => join(folder, 'journal.ndjson')
const readLines = async () => (await readFile(journal(), 'utf8')).trimEnd().split('\n')
const writeLines = (lines: readonly string[]) => writeFile(journal(), `${lines.join('\n')}\n`)

const talk = [
  {greet: {withinMs: 1000}},
  {say: clip(1200), expect: 'respond', withinMs: 2000},
  {interrupt: clip(900), afterMs: 1000, expect: 'stop', withinMs: 300},
  {digits: '12', gapMs: 250, expect: 'respond', withinMs: 2000},
  {hangUp: 'stop'},
] as const

const short = [{greet: {withinMs: 1000}}, {wait: {ms: 1500}}, {hangUp: 'stop', now: true}] as const

/** Breaks what it can: odd chunks, holes, a clear storm, one name for all marks, binary frames. */
function roughBot(socket: StreamSocket, sleep: (ms: number) => Promise<void>): void {
  const speech = Buffer.from(tone({hz: 300, ms: 97, sampleRateHz: 8000}).buffer)
  const media = (bytes: Buffer) => {
    socket.send(JSON.stringify({event: 'media', media: {payload: bytes.toString('base64')}}))
  }
  const mark = () => {
    socket.send(JSON.stringify({event: 'mark', stream_sid: 'other', mark: {name: 'one'}}))
  }
  const speak = async () => {
    for (let sent = 0; sent < 12; sent += 1) {
      media(sent % 3 === 0 ? speech.subarray(0, 801) : speech)
      mark()
      await sleep(sent % 4 === 0 ? 250 : 90)
    }
    for (let sent = 0; sent < 3; sent += 1) socket.send('{"event":"clear"}')
    socket.send('not json')
    socket.send('\u00ff\u00fe', true)
    await sleep(300)
    media(Buffer.concat(Array.from({length: 40}, () => speech)))
    await sleep(800)
    socket.close(1011, 'bored')
  }
  socket.listen({message: () => undefined, closed: () => undefined})
  void speak()
}

/** 60 ms chunks, 60 ms ahead: one with so little to spare is not heard through a stall of ours. */
function thriftyBot(socket: StreamSocket, sleep: (ms: number) => Promise<void>): void {
  const chunk = Buffer.from(tone({hz: 300, ms: 60, sampleRateHz: 8000}).buffer).toString('base64')
  const speak = async () => {
    for (let sent = 0; sent < 30; sent += 1) {
      socket.send(JSON.stringify({event: 'media', media: {payload: chunk}}))
      socket.send(JSON.stringify({event: 'mark', mark: {name: `m${String(sent)}`}}))
      if (sent > 0) await sleep(sent === 12 ? 260 : 60)
    }
  }
  socket.listen({message: () => undefined, closed: () => undefined})
  void speak()
}

describe('a report that is made again from its journal', () => {
  test.each<readonly [string, VirtualCall & {readonly minMs?: number}]>([
    [
      'a whole conversation',
      {bot: politeBot(), steps: talk, thresholds: ['max(responseMs) < 900']},
    ],
    ['mu-law', {bot: politeBot(), steps: talk, profiles: ['camel-mulaw']}],
    ['16 kHz', {bot: hastyBot(2500), steps: short, profiles: ['16k']}],
    ['100 ms frames', {bot: deafBot([{afterMs: 200, ms: 900}]), steps: short, profiles: ['100ms']}],
    ['a Stream applet', {bot: echoBot, steps: short, profiles: ['stream-applet']}],
    ['a rough network', {bot: politeBot(), steps: talk, profiles: ['rough-network'], seed: 7}],
    [
      'frames only while the caller speaks',
      {bot: politeBot(), steps: talk, profiles: ['suppress-silence']},
    ],
    [
      'a half-open line',
      {bot: hastyBot(9000), steps: [{wait: {ms: 900}}, {hangUp: 'half-open', now: true}]},
    ],
    ['a call that ends before start', {bot: echoBot, steps: [{hangUp: 'set-up'}], minMs: 50}],
    ['clear by the message', {bot: politeBot(), steps: talk, clear: 'message'}],
    ['marks that clear returns', {bot: politeBot(), steps: talk, marksOnClear: 'echo'}],
    ['a bot that breaks many rules', {raw: roughBot, steps: short}],
    ['a bot that says nothing', {bot: silentBot, steps: talk}],
    [
      'a caller who only closes',
      {bot: echoBot, steps: [{wait: {ms: 900}}, {hangUp: 'close', now: true}]},
    ],
    [
      'a caller who is gone',
      {bot: hastyBot(900), steps: [{wait: {ms: 400}}, {hangUp: 'abort', now: true}]},
    ],
    ['a session that is too long', {bot: politeBot(), steps: talk, maxSessionMs: 3000}],
    [
      'a stall of ours',
      {bot: politeBot(), steps: talk, lateMs: (at) => (at > 3000 && at < 3200 ? 3200 - at : 0)},
    ],
    [
      'a hole of ours in the bot’s speech',
      {
        raw: thriftyBot,
        steps: short,
        lateMs: (at) => (at > 780 && at < 1000 ? 1000 - at : 0),
      },
    ],
    ['sends that are always late', {bot: politeBot(), steps: talk, lateMs: () => 7}],
    ['an interruption by a signal', {bot: politeBot(), steps: talk, abortAfterMs: 2500}],
  ])('is the kept one: %s', async (_name, call) => {
    const report = await kept(call)

    const again = await recomputed(journal())

    expect(again.notes).toEqual([])
    expect(JSON.parse(JSON.stringify(again.report))).toEqual(report)
    expect(report.calls[0]?.durationMs).toBeGreaterThan(call.minMs ?? 300)
  })

  test('needs no more than the folder it lies in', async () => {
    const report = await kept({bot: politeBot(), steps: short})

    const {report: again} = await recomputed(folder)

    expect(again.calls).toEqual(report.calls)
  })
})

describe('a journal that was changed', () => {
  test('is told, and the report is that of what the bot really sent', async () => {
    const report = await kept({bot: politeBot(), steps: short})
    const lines = await readLines()
    await writeLines(
      lines.map((line) => line.replace(/("type":"bot-speech-start".*"startMs":)\d+/, '$140')),
    )

    const again = await recomputed(journal())

    expect(again.notes).toEqual([
      `${journal()}: One event "bot-speech-start" of the journal and of its replay differ; the report is that of the replay.`,
    ])
    expect(again.report.calls).toEqual(report.calls)
  })

  test('by leaving out what the bot sent is told as well', async () => {
    await kept({bot: politeBot(), steps: short})
    const lines = await readLines()
    await writeLines(lines.filter((line) => !line.includes('"type":"received"')))

    const {notes, report} = await recomputed(journal())

    expect(notes.join('\n')).toMatch(
      /\d+ events "bot-audio" of the journal and of its replay differ/,
    )
    expect(report.calls[0]?.speech.bot).toEqual([])
  })

  test('that was cut short gives a failed call, as far as it goes', async () => {
    await kept({bot: politeBot(), steps: talk})
    const lines = await readLines()
    const half = lines.slice(0, lines.length / 2)
    await writeFile(journal(), [...half, '{"type":"fra'].join('\n'))

    const {notes, report} = await recomputed(journal())

    expect(notes).toEqual([
      `${journal()} was cut off in line ${String(half.length + 1)}; it ends before that.`,
      `${journal()} has no end: its call is told as far as it goes.`,
    ])
    expect(report).toMatchObject({verdict: 'fail', interrupted: true})
    expect(report.calls[0]?.failure?.code).toBe('EXO_INTERRUPTED')
    expect(
      report.calls[0]?.metrics['greetingMs'] ?? report.calls[0]?.turns[0]?.greetingMs,
    ).toBeGreaterThan(0)
  })
})

describe('what is no journal of one run', () => {
  test.each([
    ['garbage', ['garbage'], 'line 1 is not JSON'],
    ['a number', ['42'], 'line 1 is no line of a journal'],
    [
      'an event first',
      ['{"type":"sent","atMs":0,"text":""}'],
      'line 1 is not the header of a journal',
    ],
    ['nothing', [''], 'it holds no call'],
  ])('is refused in one sentence: %s', async (_name, lines, wrong) => {
    await writeLines(lines)

    await expect(recomputed(journal())).rejects.toMatchObject({
      code: 'EXO_JOURNAL_INVALID',
      message: `${journal()}: ${wrong}.`,
    })
  })

  test.each([
    ['{"rule":"', '{"rule":"no-such-', 'has no valid "violation.rule"'],
    ['"tick":', '"tick":1e15,"was":', 'has no valid "tick"'],
    [
      '"profile":"docs-strings","codec"',
      '"profile":"docs-klingon","codec"',
      'names the profile docs-klingon, which is unknown',
    ],
    ['"type":"turn-start"', '"type":"turn-begin"', 'has no valid "type"'],
  ])('names the line in which %s has become %s', async (from, to, wrong) => {
    await kept({raw: roughBot, steps: short})
    const lines = await readLines()
    const at = lines.findIndex((line) => line.includes(from))
    await writeLines(lines.with(at, lines[at]?.replace(from, to) ?? ''))

    await expect(recomputed(journal())).rejects.toThrow(
      `${journal()}: line ${String(at + 1)} ${wrong}.`,
    )
  })

  test('a second journal in the same file is refused', async () => {
    await kept({bot: silentBot, steps: short})
    await appendFile(journal(), await readFile(journal(), 'utf8'))

    await expect(recomputed(journal())).rejects.toThrow(/line \d+ belongs to another journal/)
  })

  test('journals of two runs are refused, and so is the same one twice', async () => {
    const other = join(folder, 'other')
    await kept({bot: silentBot, steps: short})
    await kept({bot: silentBot, steps: short, seed: 2}, other)

    await expect(recomputed(folder, other)).rejects.toThrow(/is of another run than/)
    await expect(recomputed(folder, folder)).rejects.toThrow(/was given twice/)
  })

  test('a folder without a journal, and a path without anything, are refused', async () => {
    await expect(recomputed(folder)).rejects.toThrow(`${folder}: there is no journal.ndjson.`)
    await expect(recomputed(join(folder, 'nowhere'))).rejects.toThrow(/there is no journal\.ndjson/)
  })
})

test('a journal of another version is told', async () => {
  await kept({bot: silentBot, steps: short})

  const {notes, report} = await recomputeRun([folder], '9.9.9')

  expect(notes).toEqual(['Kept by exostream 1.2.3; the numbers are those of 9.9.9.'])
  expect(report.tool.version).toBe('9.9.9')
})

test('the same seed on the virtual clock gives the same journal, byte for byte', async () => {
  const other = join(folder, 'other')
  await kept({bot: politeBot(), steps: talk, seed: 5})
  await kept({bot: politeBot(), steps: talk, seed: 5}, other)

  expect(await readFile(join(other, 'journal.ndjson'), 'utf8')).toBe(
    await readFile(journal(), 'utf8'),
  )
})

test('the two streams of one call are a call each, in their order, and still name their applets', async () => {
  const clock = virtualClock()
  const {plan} = planOf({steps: short, bot: echoBot})
  const applets = ['first', 'second']
  const paths = applets.map((applet) => join(folder, applet))
  const inFlow = {
    onDynamicUrl: () => undefined,
    onOpen: () => undefined,
    stop: new AbortController().signal,
  }
  const {report} = await clock.run(() =>
    runPlan(
      {...plan, clock: 'virtual'},
      {
        clock,
        signal: new AbortController().signal,
        version: VERSION,
        dial: () => {
          const [socket, other] = socketPair(clock)
          new BotEnd(other, {bot: echoBot, clock, log: silentLogger})
          return Promise.resolve({socket, handshakeMs: 12, attempts: 1})
        },
        keep: ({flow}) => keepIn(join(folder, flow?.applet ?? ''), 8000),
        walk: async ({scenario}, open) => {
          for (const applet of applets) await open({applet, plan, inFlow})
          const call = {callSid: 'c', scenario: scenario.name, name: 'x', endedAt: 'end'}
          return {...call, outcome: 'completed', durationMs: 0, steps: []}
        },
      },
    ),
  )

  const again = await recomputed(...paths.toReversed())

  expect(again.report.calls.map(({applet}) => applet)).toEqual(applets)
  expect(again.report.calls).toEqual(JSON.parse(JSON.stringify(report.calls)))
  expect(again.report.verdict).toBe(report.verdict)
})
