import {describe, expect, test} from 'vitest'

import {lookRig, mark, speech} from './look-rig.js'

const CLEAR = '{"event":"clear","stream_sid":"s1"}'

test('a bot that keeps its pace and marks its turn breaks no rule', () => {
  const rig = lookRig()
  rig.begin()
  for (let chunk = 0; chunk < 10; chunk += 1) {
    rig.look.fromBot(speech(200))
    rig.until(rig.nowMs + 180)
  }
  rig.look.fromBot(mark('end'))
  rig.until(rig.nowMs + 1000)

  expect(rig.end()).toMatchObject({botFindings: [], saidMs: 2000, sent: {media: 10, mark: 1}})
})

describe('a hole in an utterance', () => {
  const hole = (lateMs: number) => {
    const rig = lookRig()
    rig.begin()
    rig.look.fromBot(speech(200))
    rig.lateMs = lateMs
    rig.until(300)
    rig.look.fromBot(speech(200))
    rig.until(600)
    return rig.broken('bot')
  }

  test('is found, as the caller would hear it', () => {
    expect(hole(0)).toEqual(['underrun-in-utterance'])
  })

  test('is nobody’s fault where this process itself was late', () => {
    expect(hole(60)).toEqual([])
  })

  test('is none when nothing more is said for long', () => {
    const rig = lookRig()
    rig.begin()
    rig.look.fromBot(speech(200))
    // An hour without a beat: what is due is played all the same, and quickly.
    rig.nowMs = 3_600_000
    rig.look.fromBot(speech(200))
    rig.until(rig.nowMs + 400)

    expect(rig.broken('bot')).toEqual([])
  })
})

test('what is sent ahead of the ear counts down as it is played', () => {
  const rig = lookRig()
  rig.begin()
  for (let chunk = 0; chunk < 10; chunk += 1) rig.look.fromBot(speech(200))
  expect(rig.broken('bot')).toEqual([])

  rig.look.fromBot(speech(200))
  expect(rig.broken('bot')).toEqual(['lead-long'])

  rig.until(400)
  rig.look.fromBot(speech(200))
  expect(rig.broken('bot')).toEqual(['lead-long'])
})

test('clears with nothing to clear are counted', () => {
  const rig = lookRig()
  rig.begin()
  rig.look.fromBot(speech(200))
  for (let count = 0; count < 4; count += 1) rig.look.fromBot(CLEAR)

  expect(rig.broken('bot')).toEqual(['clear-storm', 'clear-storm'])
})

test('a bot that answers each mark which the caller returns is found to loop', () => {
  const rig = lookRig()
  rig.begin()
  for (let count = 0; count < 14; count += 1) {
    rig.look.fromBot(mark('m'))
    rig.look.fromCaller(mark('m'))
  }

  expect(rig.broken('bot')).toContain('mark-loop')
})

test('what comes well after stop is a finding, what was on its way is none', () => {
  const rig = lookRig()
  rig.begin()
  rig.look.fromCaller('{"event":"stop","stop":{"reason":"callended"}}')
  rig.until(400)
  rig.look.fromBot(mark('on its way'))
  rig.until(600)
  rig.look.fromBot(mark('late'))

  expect(rig.broken('bot')).toEqual(['sent-after-stop'])
})

test('a handshake of three seconds is a finding', () => {
  const rig = lookRig()
  rig.look.fromCaller('{"event":"start","start":{}}')
  rig.look.botReached(3000)

  expect(rig.broken('bot')).toEqual(['handshake-slow'])
})

test('where the caller has no id, none is asked of the bot', () => {
  const rig = lookRig()
  rig.look.botReached(1)
  rig.look.fromCaller('{"event":"media","media":{"payload":"AAAA"}}')
  rig.look.fromBot(mark('m'))

  expect(rig.broken('bot')).toEqual([])
})
