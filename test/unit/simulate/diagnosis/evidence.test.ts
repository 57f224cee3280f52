import {describe, expect, test} from 'vitest'

import type {StreamEvent} from '../../../../src/protocol/events.js'
import {Evidence} from '../../../../src/simulate/diagnosis/evidence.js'
import {readPayload} from '../../../../src/simulate/diagnosis/payload-fault.js'

const pcm = Buffer.alloc(640, 'a loud sample')

function media(payload: string, index: number): StreamEvent {
  const text = JSON.stringify({event: 'media', stream_sid: 's', media: {payload}})
  return {type: 'received', atMs: index * 20, tick: index, text}
}

describe('the text of a payload', () => {
  test.each([
    ['base64', pcm.toString('base64'), undefined],
    ['digital silence, which is all the letter A', Buffer.alloc(320).toString('base64'), undefined],
    ['hex', pcm.toString('hex'), 'hex'],
    ['base64 of base64', Buffer.from(pcm.toString('base64')).toString('base64'), 'double-base64'],
    ['url-safe', Buffer.alloc(640, 255).toString('base64url'), 'url-safe'],
    ['a data: URI', `data:audio/x-raw;base64,${pcm.toString('base64')}`, 'data-uri'],
    ['JSON', '{"audio":"AAAA"}', 'json'],
    ['the text of Python bytes', `b'${pcm.toString('base64')}'`, 'bytes-literal'],
    ['an empty text', '', 'not-base64'],
    ['a WAV', Buffer.from(`RIFF${'\0'.repeat(40)}`).toString('base64'), 'wav'],
  ])('is told to be %s', (_, payload, fault) => {
    expect(readPayload(payload).fault).toBe(fault)
  })
})

describe('the evidence of a call', () => {
  test('keeps no more of a bot that floods than of one that speaks', () => {
    const evidence = new Evidence()
    const payload = Buffer.alloc(3200, 7).toString('base64')

    for (let index = 0; index < 50_000; index += 1) {
      evidence.feed(media(payload, index))
      evidence.feed({type: 'bot-audio', atMs: index, audioMs: 200, audible: true, queuedMs: 0})
      evidence.feed({type: 'cleared', atMs: index, droppedMs: 0})
    }

    expect(evidence.wire.media).toBe(50_000)
    expect(evidence.wire.lookedAt).toBeLessThan(4000)
    expect(evidence.flow.audio.length).toBeLessThanOrEqual(36_000)
    expect(evidence.flow.clears.length).toBeLessThanOrEqual(36_000)
  })

  test('keeps excerpts, and not the whole of what is wrong', () => {
    const evidence = new Evidence()

    evidence.feed({type: 'received', atMs: 0, tick: 0, text: 'x'.repeat(100_000)})

    expect(evidence.wire.notUnderstood?.first).toHaveLength(40)
  })
})

describe('the evidence of one call of many', () => {
  const payload = pcm.toString('base64')
  const heard = (count: number) => {
    const evidence = new Evidence({looksAtAudio: false})
    for (let index = 0; index < count; index += 1) {
      if (!evidence.passesOver({event: 'media', payload})) evidence.feed(media(payload, index))
    }
    return evidence
  }

  test('counts every message and its size, and looks at few of them', () => {
    const {wire, audio} = heard(400)

    expect(wire).toMatchObject({messages: 400, media: 400})
    expect(audio.usualBytes).toBe(640)
    expect(wire.lookedAt).toBeLessThan(60)
  })

  test('does not know what its audio is made of', () => {
    const {audio} = heard(400)

    expect(audio.codec()).toBeUndefined()
    expect(audio.clipped()).toBe(0)
    expect(audio.levelDbfs()).toBe(Number.NEGATIVE_INFINITY)
  })

  test('has a message with another stream id told as it came', () => {
    const evidence = heard(30)

    expect(evidence.passesOver({event: 'media', payload, streamSid: 'another'})).toBe(false)
  })
})
