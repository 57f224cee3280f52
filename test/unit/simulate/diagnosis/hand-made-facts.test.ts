import {describe, expect, test} from 'vitest'

import {wavHeader} from '../../../../src/audio/wav.js'
import type {StreamEvent} from '../../../../src/protocol/events.js'
import type {RuleId} from '../../../../src/protocol/rules.js'
import type {TurnReport} from '../../../../src/report/report.js'
import {SendLateness} from '../../../../src/report/send-lateness.js'
import type {Facts} from '../../../../src/simulate/diagnosis/cause.js'
import {diagnose} from '../../../../src/simulate/diagnosis/diagnose.js'
import {Evidence} from '../../../../src/simulate/diagnosis/evidence.js'

type Given = {readonly turns?: readonly Partial<TurnReport>[]; readonly evidence?: Evidence}

/** A call with one message of the bot's, and these turns. */
function facts({turns = [], evidence = oneMessage()}: Given): Facts {
  const whole = turns.map((turn, index) => ({
    ...{index, step: index, kind: 'say' as const, label: 'hello', startMs: 1000, endMs: 2000},
    ...{uncertaintyMs: 0, expectation: 'respond' as const},
    ...turn,
  }))
  return {
    evidence,
    numbers: {
      ...{turns: whole, metrics: {}, findings: [], durationMs: 20_000},
      ...{speech: {caller: [], bot: []}, lateness: new SendLateness(), uncertaintyMs: 0},
    },
  }
}

function oneMessage(...rules: readonly RuleId[]): Evidence {
  const evidence = new Evidence()
  evidence.feed({type: 'received', atMs: 0, tick: 0, text: '{"event":"clear"}'})
  for (const rule of rules) evidence.feed({type: 'violation', atMs: 0, violation: {rule}})
  return evidence
}

const quietCall: StreamEvent = {
  type: 'call',
  atMs: 0,
  journalVersion: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  callSid: 'c',
  streamSid: 's',
  scenario: 'test',
  seed: 1,
  sampleRateHz: 8000,
  frameMs: 20,
  clear: 'packet',
  marksOnClear: 'drop',
  vad: {thresholdDbfs: -50, startMs: 30, stopMs: 200},
  handshakeMs: 5,
  attempts: 1,
}

const missed = [
  ['talks-over-caller', {met: false, responseMs: -900}],
  [
    'yields-to-backchannel',
    {kind: 'backchannel', expectation: 'ignore', met: false, falseYield: 1},
  ],
  ['answers-noise', {kind: 'noise', expectation: 'ignore', met: false, spuriousResponse: 1}],
  ['answers-late', {met: false, responseMs: 3100, withinMs: 1500}],
  ['greets-late', {kind: 'greeting', met: false, greetingMs: 5000, withinMs: 2000}],
] as const satisfies readonly (readonly [string, Partial<TurnReport>])[]

describe('a turn that was missed', () => {
  test.each(missed)('is laid to %s', (cause, turn) => {
    expect(diagnose(facts({turns: [turn]}))?.cause).toBe(cause)
  })

  test.each(missed)('would not have been laid to %s, had it been met', (_, turn) => {
    const met = {...turn, met: true}

    expect(diagnose(facts({turns: [met]}))).toBeUndefined()
  })
})

test('one late answer among three good ones is no habit', () => {
  const good = {met: true, responseMs: 700, withinMs: 1500}
  const late = {met: false, responseMs: 1900, withinMs: 1500}

  expect(diagnose(facts({turns: [good, late, good, good]}))).toBeUndefined()
})

test('a bot that talks on a Stream applet is told so before anything else', () => {
  const evidence = oneMessage('sent-on-stream-applet', 'chunk-too-large')

  expect(diagnose(facts({evidence}))?.cause).toBe('talks-on-stream-applet')
})

test('a file of another kind is named as a file', () => {
  const evidence = new Evidence()
  const payload = Buffer.from(`fLaC${'\0'.repeat(400)}`).toString('base64')
  const text = JSON.stringify({event: 'media', stream_sid: 's', media: {payload}})

  evidence.feed({type: 'received', atMs: 0, tick: 0, text})

  expect(diagnose(facts({evidence}))?.cause).toBe('payload-file')
})

test('a WAV header that names another rate than the stream has it in the fix', () => {
  const fixFor = (sampleRateHz: number) => {
    const header = wavHeader({sampleRateHz, channels: 1, dataBytes: 640})
    const payload = Buffer.concat([header, Buffer.alloc(640, 'a loud sample')]).toString('base64')
    const text = JSON.stringify({event: 'media', stream_sid: 's', media: {payload}})
    const evidence = new Evidence()
    evidence.feed({type: 'received', atMs: 0, tick: 0, text})
    return diagnose(facts({evidence}))
  }

  expect(fixFor(16_000)).toMatchObject({
    cause: 'payload-wav',
    fix: expect.stringMatching(/ says 16,000 Hz: resample to 8,000 Hz\.$/) as unknown,
  })
  expect(fixFor(8000)?.fix).not.toContain('resample')
})

test('a call that was interrupted is not diagnosed', () => {
  const failure = {code: 'EXO_INTERRUPTED', message: 'It was interrupted.', hint: 'Again.'}
  const given = facts({turns: [{met: false, responseMs: -900}]})

  expect(diagnose(given)?.cause).toBe('talks-over-caller')
  expect(diagnose({...given, failure})).toBeUndefined()
})

test('keys alone that nobody answers are laid to ignores-digits, and not to deafness', () => {
  const given = facts({turns: [{kind: 'digits', label: '1', met: false}]})
  const spoken = {...given.numbers, speech: {caller: [], bot: [{startMs: 0, endMs: 800}]}}

  expect(diagnose({...given, numbers: spoken})?.cause).toBe('ignores-digits')
})

test('a bot that clears while nobody speaks hears itself, unless the street may be what it heard', () => {
  const causeOn = (line: {readonly background?: string}) => {
    const evidence = oneMessage()
    evidence.feed({...quietCall, ...line})
    for (const atMs of [4000, 8000]) {
      evidence.feed({type: 'bot-audio', atMs, audioMs: 900, audible: true, queuedMs: 900})
      evidence.feed({type: 'cleared', atMs: atMs + 300, droppedMs: 600})
    }
    evidence.feed({type: 'bot-audio', atMs: 12_000, audioMs: 900, audible: true, queuedMs: 900})
    return diagnose(facts({evidence}))?.cause
  }

  expect(causeOn({})).toBe('hears-itself')
  expect(causeOn({background: 'street noise'})).toBeUndefined()
})
