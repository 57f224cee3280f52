import {beforeAll, describe, expect, test} from 'vitest'

import {dbfs} from '../../src/audio/level.js'
import type {StreamEvent} from '../../src/protocol/events.js'
import type {CallReport, RunReport, Span} from '../../src/report/report.js'
import {
  between,
  onlyCall,
  onlyCallFolder,
  readJournal,
  readRecording,
  readReport,
  type Recording,
} from '../rig/kept-call.js'
import {type Ended, emptyFolder, root, start} from '../rig/run-cli.js'

const dataDir = emptyFolder()

let ended: Ended
let report: RunReport
let call: CallReport
let journal: readonly StreamEvent[]
let recording: Recording

// One call of three quarters of a minute for all of these tests.
beforeAll(async () => {
  const env = {EXOSTREAM_DATA_DIR: `${dataDir}/.exostream`}
  ended = await start('npm', ['run', '--silent', 'demo'], {cwd: root, env}).ended
  const folder = await onlyCallFolder(dataDir)
  report = await readReport(folder)
  call = onlyCall(report)
  journal = await readJournal(folder)
  recording = await readRecording(folder)
})

describe('the demo: a sales call', () => {
  test('passes and says so in the last line', () => {
    expect(ended.exit).toBe(0)
    expect(ended.stdout).toMatch(/\npass: .*\n$/)
    expect(report).toMatchObject({
      schemaVersion: 1,
      verdict: 'pass',
      interrupted: false,
      target: {kind: 'bot', bot: 'playback'},
    })
    expect(ended.stderr).toMatch(/^Calling the bot playback in this process, scenario sales$/m)
  })

  test('is a greeting, three questions, an interruption and a key, each as expected', () => {
    const turns = call.turns.map(({kind, expectation, met}) => [kind, expectation, met])

    expect(turns).toEqual([
      ['greeting', 'respond', true],
      ['say', 'respond', true],
      ['say', 'respond', true],
      ['interrupt', 'stop', true],
      ['say', 'respond', true],
      ['digits', 'respond', true],
    ])
  })

  test('the bot stops within 300 ms of the interruption, as the caller hears it', () => {
    const {bargeInStopMs} = call.turns.find(({kind}) => kind === 'interrupt') ?? {}

    expect(bargeInStopMs).toBeGreaterThan(0)
    expect(bargeInStopMs).toBeLessThanOrEqual(300)
  })

  test('the digit is sent, and the caller hangs up with stop and 1000', () => {
    const sent = journal.flatMap((event) => (event.type === 'sent' ? [event.text] : []))

    expect(sent.filter((text) => text.includes('"dtmf"'))).toEqual([
      expect.stringMatching(/"digit":"1"/),
    ])
    expect(sent.at(-1)).toContain('"event":"stop"')
    expect(call).toMatchObject({outcome: 'completed', closing: {by: 'caller', code: 1000}})
  })

  test('the built-in bot breaks no rule', () => {
    expect(call.findings).toEqual([])
  })

  test('the journal begins with the call and ends with its close', () => {
    expect(journal[0]).toMatchObject({type: 'call', callSid: call.callSid, scenario: 'sales'})
    expect(journal.at(-1)).toMatchObject({type: 'closed', closing: call.closing})
  })
})

describe('the recording of the demo', () => {
  test('is a whole WAV as long as the call', () => {
    const {caller, sampleRateHz, missingBytes} = recording

    expect(sampleRateHz).toBe(8000)
    expect(missingBytes).toBe(0)
    // The last ticks may fall between hanging up and the close.
    expect(Math.abs((caller.length / sampleRateHz) * 1000 - call.durationMs)).toBeLessThan(200)
  })

  test('both tracks hold speech wherever the timeline says so', () => {
    expect(levels(recording.caller, spoken(call.speech.caller))).toSatisfy(allAbove(-35))
    expect(levels(recording.bot, call.speech.bot)).toSatisfy(allAbove(-35))
  })

  test('and none where it does not', () => {
    expect(levels(recording.caller, pausesOf(call.speech.caller))).toSatisfy(allBelow(-55))
    expect(levels(recording.bot, pausesOf(call.speech.bot))).toSatisfy(allBelow(-50))
  })
})

/** A key press is a moment without sound. */
function spoken(spans: readonly Span[]): readonly Span[] {
  return spans.filter(({startMs, endMs}) => endMs > startMs)
}

/** The pauses, less what a detector may be off by on either side. */
function pausesOf(spans: readonly Span[]): readonly Span[] {
  const edges = [{startMs: 0, endMs: -MARGIN_MS}, ...spoken(spans)]
  return edges.flatMap(({endMs}, at) => {
    const next = edges[at + 1]?.startMs ?? call.durationMs
    const pause = {startMs: endMs + MARGIN_MS, endMs: next - MARGIN_MS}
    return pause.endMs > pause.startMs ? [pause] : []
  })
}

const MARGIN_MS = 60

function levels(track: Int16Array, spans: readonly Span[]): readonly number[] {
  return spans.map((span) => dbfs(between(track, span, recording.sampleRateHz)))
}

function allAbove(floorDbfs: number) {
  return (found: readonly number[]) => found.length > 0 && found.every((one) => one > floorDbfs)
}

function allBelow(ceilingDbfs: number) {
  return (found: readonly number[]) => found.length > 0 && found.every((one) => one < ceilingDbfs)
}
