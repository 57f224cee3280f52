import {describe, expect, test} from 'vitest'

import {peak, rms} from '../../../../src/audio/level.js'
import {bytesToPcm16} from '../../../../src/audio/pcm16.js'
import {tone} from '../../../../src/audio/tone.js'
import {virtualClock} from '../../../../src/clock.js'
import {profiles} from '../../../../src/protocol/profiles.js'
import {seededRandom} from '../../../../src/random.js'
import {Line, LineClosed} from '../../../../src/simulate/line/line.js'
import type {StreamSocket} from '../../../../src/stream/socket.js'
import {ExotelEnd} from '../../../../src/stream/exotel/exotel-end.js'
import {makeIdentity} from '../../../../src/stream/exotel/identity.js'
import {deafBot, silentBot} from '../../../rig/bots.js'
import {socketPair} from '../../../rig/socket-pair.js'
import {clip, virtualCall} from '../../../rig/virtual-call.js'

const callFor = (ms: number, seed = 1) =>
  virtualCall({bot: silentBot, seed, steps: [{wait: {ms}}, {hangUp: 'stop', now: true}]})

describe('the line between utterances', () => {
  test('is noise at about -69 dBFS, with a mean |sample| near 9', async () => {
    const {caller} = await callFor(5000)

    const mean = caller.reduce((sum, sample) => sum + Math.abs(sample), 0) / caller.length
    expect(20 * Math.log10(rms(caller) / 32_768)).toBeCloseTo(-69, 0)
    expect(mean).toBeGreaterThan(8)
    expect(mean).toBeLessThan(11)
    expect(peak(caller)).toBeLessThan(60)
  })

  test('is never digitally silent for as long as 2 ms', async () => {
    const {caller} = await callFor(5000)

    const runs = [...caller]
      .map((sample) => (sample === 0 ? '0' : ' '))
      .join('')
      .split(' ')
    const longestZeros = Math.max(...runs.map((run) => run.length))
    expect(longestZeros).toBeGreaterThan(0)
    expect(longestZeros).toBeLessThan(16)
  })

  test('is the same for the same seed, and another for another', async () => {
    const {caller} = await callFor(1000, 7)

    expect((await callFor(1000, 7)).caller).toEqual(caller)
    expect((await callFor(1000, 8)).caller).not.toEqual(caller)
  })
})

test('a clip is sent once, whole, over the noise of the line', async () => {
  const said = clip(1234)
  const {caller, report} = await virtualCall({
    bot: silentBot,
    steps: [{say: said}, {wait: {ms: 1000}}, {hangUp: 'stop', now: true}],
  })

  const [span] = report.speech.caller
  const from = ((span?.startMs ?? 0) - said.speechStartMs) * 8
  const rest = Int16Array.from(caller)
  for (const [index, sample] of said.pcm.entries()) {
    rest[from + index] = (rest[from + index] ?? 0) - sample
  }
  expect(peak(rest.subarray(from, from + said.pcm.length))).toBeLessThan(60)
  expect(peak(rest)).toBeLessThan(60)
  expect(rms(rest)).toBeGreaterThan(5)
})

test('a clip as loud as can be is clipped, not wrapped around', async () => {
  const pcm = new Int16Array(1600).fill(32_767)
  pcm.fill(-32_768, 800)
  const said = {pcm, label: '', speechStartMs: 0, speechEndMs: 200}

  const {caller} = await virtualCall({
    bot: silentBot,
    steps: [{say: said}, {hangUp: 'stop', now: true}],
  })

  const loud = caller.filter((sample) => Math.abs(sample) > 1000)
  expect(loud).toHaveLength(1600)
  expect(Math.min(...loud.slice(0, 800))).toBeGreaterThan(32_000)
  expect(Math.max(...loud.slice(800))).toBeLessThan(-32_000)
})

describe('the edges of the caller’s speech are when the frames that carry them are sent', () => {
  /** When the loud media messages came, 1 ms after they were sent. */
  function loudMessages(into: number[]) {
    return (socket: StreamSocket, _: unknown, clock: {now(): number}) => {
      socket.listen({
        message(data) {
          const payload = /"payload": ?"([^"]+)"/.exec(String(data))?.[1]
          if (payload === undefined) return
          if (peak(bytesToPcm16(Buffer.from(payload, 'base64'))) > 1000) into.push(clock.now() - 1)
        },
        closed: () => undefined,
      })
    }
  }

  test.each([0, 20, 40, 60, 80, 100])('20 ms a frame, %i ms into the call', async (ms) => {
    const sentAt: number[] = []
    const {report} = await virtualCall({
      raw: loudMessages(sentAt),
      steps: [{wait: {ms}}, {say: clip(430)}, {hangUp: 'stop', now: true}],
    })

    expect(report.speech.caller).toEqual([{startMs: sentAt[0], endMs: sentAt.at(-1)}])
    expect(sentAt).toHaveLength(22)
  })

  test.each([700, 720, 740, 760, 780])('100 ms a frame, from %i ms into the call', async (ms) => {
    const sentAt: number[] = []
    const {report} = await virtualCall({
      raw: loudMessages(sentAt),
      profiles: ['100ms'],
      steps: [{wait: {ms}}, {say: clip(430)}, {hangUp: 'stop', now: true}],
    })

    expect(report.speech.caller).toEqual([{startMs: sentAt[0], endMs: sentAt.at(-1)}])
  })
})

test('a background loops under all that the caller sends, silence and speech', async () => {
  const pcm = tone({hz: 500, ms: 110, sampleRateHz: 8000, dbfs: -35})
  const {caller} = await virtualCall({
    bot: silentBot,
    background: {pcm, label: 'a hum'},
    steps: [{wait: {ms: 1000}}, {say: clip(500)}, {wait: {ms: 500}}, {hangUp: 'stop', now: true}],
  })

  const rest = caller.map((sample, index) => sample - (pcm[index % pcm.length] ?? 0))
  expect(peak(rest.subarray(0, 8000))).toBeLessThan(60)
  expect(peak(caller.subarray(0, 8000))).toBeGreaterThan(500)
  expect(peak(rest.subarray(8400, 8000 + 500 * 8))).toBeGreaterThan(4000)
  expect(peak(rest.subarray(-4000))).toBeLessThan(60)
})

describe('real pace', () => {
  test('60 s of a call are 60 s of audio, within 0.1 %', async () => {
    const {events} = await callFor(60_000)

    const frames = events.filter(({type}) => type === 'frame')
    const stopped = events.find((event) => event.type === 'sent' && event.text.includes('"stop"'))
    expect(Math.abs((frames.length * 20) / (stopped?.atMs ?? 0) - 1)).toBeLessThan(0.001)
    expect(frames).toHaveLength(3000)
  })

  test('frames that leave late do not make the next ones later', async () => {
    const {events, lateness} = await virtualCall({
      bot: silentBot,
      lateMs: () => 7,
      steps: [{wait: {ms: 10_000}}, {hangUp: 'stop', now: true}],
    })

    const sentAt = events.flatMap((event) => (event.type === 'frame' ? [event.atMs] : []))
    expect(sentAt.at(-1)).toBe(499 * 20 + 7)
    expect(lateness.counts().counts).toBe('700:500')
    expect(sentAt).toHaveLength(500)
  })

  test('a stall is caught up with, and told frame by frame', async () => {
    const {lateness, events} = await virtualCall({
      bot: silentBot,
      lateMs: (deadlineMs) => (deadlineMs === 1000 ? 70 : 0),
      steps: [{wait: {ms: 2000}}, {hangUp: 'stop', now: true}],
    })

    const lateMs = events.flatMap((event) =>
      event.type === 'frame' ? [event.atMs - event.intendedMs] : [],
    )
    expect(lateMs.filter((ms) => ms > 0)).toEqual([70, 50, 30, 10])
    expect(lateness.counts().counts).toMatch(/^0:\d+ 1000:1 3000:1 5000:1 7000:1$/)
  })
})

test('after the longest session the stream is stopped with "stopped"', async () => {
  const {report, events} = await virtualCall({
    bot: silentBot,
    maxSessionMs: 4000,
    steps: [{wait: {ms: 60_000}}, {hangUp: 'stop'}],
  })

  const stop = events.find((event) => event.type === 'sent' && event.text.includes('"stop"'))
  expect(stop?.atMs).toBeGreaterThan(3900)
  expect(stop?.atMs).toBeLessThanOrEqual(4000)
  expect(report.closing).toEqual({by: 'caller', code: 1000, reason: 'stopped'})
  expect(report.outcome).toBe('completed')
})

test('an hour is the longest session', async () => {
  const {report} = await virtualCall({
    bot: silentBot,
    profiles: ['100ms'],
    steps: [...Array.from({length: 7}, () => ({wait: {ms: 600_000}})), {hangUp: 'stop'}],
  })

  expect(report.closing).toMatchObject({reason: 'stopped'})
  expect(Math.round(report.durationMs / 1000)).toBe(3600)
}, 60_000)

describe('waiting for something to be heard', () => {
  function withLine(work: (line: Line) => Promise<void>): Promise<void> {
    const clock = virtualClock()
    return clock.run(async () => {
      const [socket] = socketPair(clock)
      const exotel = new ExotelEnd(socket, {
        identity: makeIdentity(seededRandom(1), clock.wallNow()),
        profile: profiles['docs-strings'],
        sampleRateHz: 8000,
        customParameters: {},
        clear: 'packet',
        marksOnClear: 'drop',
        handshakeMs: 1,
        clock,
        record: () => undefined,
      })
      const line = new Line(exotel, {
        clock,
        random: seededRandom(1),
        frameMs: 20,
        record: () => undefined,
        tap: () => undefined,
      })
      exotel.start()
      const running = line.run(clock.now())
      await work(line)
      line.hangUp('close')
      await running
    })
  }

  test('gives up when it takes too long', () =>
    withLine(async (line) => {
      expect(await line.until(() => false, 500)).toBe(false)
      expect(line.nowMs).toBe(500)
    }))

  test('ends with the tick that made it true', () =>
    withLine(async (line) => {
      expect(await line.until(() => line.nowMs >= 130, 500)).toBe(true)
      expect(line.nowMs).toBe(140)
    }))

  test('does not wait for what is so already', () =>
    withLine(async (line) => {
      await line.until(() => line.nowMs > 0, 500)
      const before = line.nowMs

      expect(await line.until(() => true, 0)).toBe(true)
      expect(line.nowMs).toBe(before)
    }))

  test('fails when the stream ends, for those who wait and those who come later', () =>
    withLine(async (line) => {
      const waiting = line.until(() => false, Number.POSITIVE_INFINITY)
      line.hangUp('abort')

      await expect(waiting).rejects.toBeInstanceOf(LineClosed)
      await expect(line.until(() => true, 0)).rejects.toBeInstanceOf(LineClosed)
    }))

  test('of a bot that never stops ends after a minute: the caller speaks over it', async () => {
    const {report} = await virtualCall({
      bot: deafBot([{afterMs: 0, ms: 90_000}]),
      steps: [{wait: {ms: 1000}}, {say: clip(400)}, {hangUp: 'stop', now: true}],
    })

    expect(report.speech.caller[0]?.startMs).toBe(61_040)
  })
})
