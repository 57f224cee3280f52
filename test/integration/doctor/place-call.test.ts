import {describe, expect, test} from 'vitest'

import {isAudible} from '../../../src/audio/level.js'
import {bytesToPcm16} from '../../../src/audio/pcm16.js'
import {placeCallOver} from '../../../src/place-call.js'
import {systemClock} from '../../../src/clock.js'
import type {PlaceCall} from '../../../src/doctor/world.js'
import {type Behaviour, deaf, serveLab} from '../../rig/doctor/dying-bots.js'
import {lookupIn} from '../../rig/doctor/examine.js'

type Message = {
  readonly event: string
  readonly stream_sid?: string
  readonly media?: {readonly payload: string}
  readonly stop?: {readonly reason?: string}
}

const placeCall = placeCallOver({
  clock: systemClock,
  lookup: lookupIn({'bot.test': ['127.0.0.1']}),
})

const request = {
  headers: {},
  applet: 'voicebot',
  caller: 'speech',
  durationMs: 600,
  signal: new AbortController().signal,
} satisfies Omit<Parameters<PlaceCall>[0], 'url'>

/** A bot that says nothing, and what it was told. */
function listener(): {readonly behave: Behaviour; readonly heard: Message[]} {
  const heard: Message[] = []
  return {
    heard,
    behave: ({ws}) => {
      // The cast holds for whatever our own end sends.
      ws.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as Message))
    },
  }
}

function audible(heard: readonly Message[]): readonly boolean[] {
  return heard.flatMap(({media}) =>
    media ? [isAudible(bytesToPcm16(Buffer.from(media.payload, 'base64')))] : [],
  )
}

describe('a call of the doctor', () => {
  test('speaks at once, goes on for its time and ends with stop', async () => {
    const {behave, heard} = listener()
    const {url} = await serveLab(behave)

    const report = await placeCall({...request, url})

    const frames = audible(heard)
    expect(frames.slice(0, 10)).toContain(true)
    expect(frames.length).toBeGreaterThanOrEqual(29)
    expect(frames.length).toBeLessThanOrEqual(35)
    expect(heard.at(-1)).toMatchObject({event: 'stop', stop: {reason: 'callended'}})
    expect(report).toMatchObject({outcome: 'completed', closing: {by: 'caller', code: 1000}})
  })

  test('sends frames without a word on a silent line', async () => {
    const {behave, heard} = listener()
    const {url} = await serveLab(behave)

    await placeCall({...request, url, caller: 'silence'})

    const frames = audible(heard)
    expect(frames.length).toBeGreaterThanOrEqual(29)
    expect(frames).not.toContain(true)
  })

  test('sends no frame at all on a line on which nobody sends', async () => {
    const {behave, heard} = listener()
    const {url} = await serveLab(behave)

    await placeCall({...request, url, caller: 'nothing'})

    expect(heard.map(({event}) => event)).toEqual(['connected', 'start', 'stop'])
  })

  test('is a stream of its own beside another', async () => {
    const {behave, heard} = listener()
    const {url} = await serveLab(behave)

    await Promise.all([placeCall({...request, url}), placeCall({...request, url})])

    const started = heard.filter(({event}) => event === 'start')
    expect(new Set(started.map(({stream_sid: sid}) => sid)).size).toBe(2)
  })

  test('finds the host where it is told to look', async () => {
    const {port} = await serveLab(listener().behave)

    const url = `ws://bot.test:${String(port)}/media`
    const report = await placeCall({...request, url, durationMs: 100})

    expect(report.outcome).toBe('completed')
  })

  test('that is given up says stop', async () => {
    const {behave, heard} = listener()
    const giveUp = new AbortController()
    const {url} = await serveLab((call) => {
      behave(call)
      call.ws.once('message', () => {
        giveUp.abort()
      })
    })

    const report = await placeCall({...request, url, durationMs: 60_000, signal: giveUp.signal})

    expect(heard.at(-1)?.event).toBe('stop')
    expect(report.failure?.code).toBe('EXO_INTERRUPTED')
  })

  test('that is given up does not wait for a bot that reads nothing', async () => {
    const giveUp = new AbortController()
    const {url} = await serveLab((call) => {
      deaf(call)
      giveUp.abort()
    })
    const givenUpAt = systemClock.now()

    await placeCall({...request, url, durationMs: 60_000, signal: giveUp.signal})

    // A call that is not given up waits 2 s for the answer to its close.
    expect(systemClock.now() - givenUpAt).toBeLessThan(1900)
  })

  test('that was given up before it began is not placed', async () => {
    const {behave, heard} = listener()
    const {url} = await serveLab(behave)

    const call = placeCall({...request, url, signal: AbortSignal.abort(new Error('too late'))})

    await expect(call).rejects.toThrow('given up before it was dialled')
    expect(heard).toEqual([])
  })
})
