import {describe, expect, test} from 'vitest'

import {corpusCall} from '../../../rig/faulty-bots/corpus.js'
import {faults} from '../../../rig/faulty-bots/faults.js'

function callOf(name: string) {
  const bots = faults.filter((fault) => fault.name === name)
  return corpusCall({bots, voice: 'david', seed: 1})
}

/** What the developer reads: the field or number that tells, and the value to put in its place. */
const words = [
  ['the sid of an earlier call', 'summary', '"00112233445566778899aabbccddeeff"'],
  ['base64 twice', 'fix', 'Encode once'],
  ['hex', 'summary', 'two digits a byte'],
  ['16000 Hz on a stream of 8000 Hz in chunks of 20 ms', 'fix', 'Resample 16,000 Hz to 8,000 Hz'],
  ['24000 Hz on a stream of 8000 Hz in chunks of 20 ms', 'fix', 'Resample 24,000 Hz to 8,000 Hz'],
  ['8000 Hz on a stream of 16000 Hz in chunks of 20 ms', 'fix', 'Resample 8,000 Hz to 16,000 Hz'],
  ['chunks of 500 bytes', 'fix', 'Send 640 or 3,200 bytes'],
  ['chunks of 160 bytes', 'fix', 'Send 640 or 3,200 bytes'],
  ['a chunk of over 100,000 bytes', 'summary', '102,400 bytes'],
  ['a second of audio in 1.5 s', 'summary', 'a second of audio in 1.5 s'],
  ['a second of audio in 1.5 s', 'fix', 'Send a chunk of 200 ms every 200 ms'],
  ['closes with 4000', 'summary', 'with 4000'],
  ['crashes', 'summary', 'without a close frame (1006)'],
] as const

describe('a diagnosis', () => {
  test.each(words)('of %s has in its %s: %s', async (name, part, text) => {
    const {diagnosis} = await callOf(name)

    expect(diagnosis?.[part]).toContain(text)
  })

  test('of a wrong sid has the right one in its fix', async () => {
    const {diagnosis, streamSid} = await callOf('a sid of its own')

    expect(diagnosis?.fix).toContain(`"${streamSid}"`)
  })

  test('is made of whole sentences', async () => {
    const {diagnosis} = await callOf('mu-law')

    const {summary = '', fix = '', evidence = []} = diagnosis ?? {}
    expect(evidence.length).toBeGreaterThan(0)
    for (const text of [summary, fix, ...evidence]) expect(text).toMatch(/^[A-Z].+\.$/)
  })
})

describe('the findings of a call', () => {
  test.each([
    ['mu-law', 'It looks like mu-law'],
    ['bytes swapped', 'bytes swapped'],
    [
      '16000 Hz on a stream of 8000 Hz in chunks of 20 ms',
      'audio at 16,000 Hz on a stream of 8,000',
    ],
  ])('have payload-not-pcm16 for %s', async (name, text) => {
    const {findings} = await callOf(name)

    const found = findings.find(({rule}) => rule === 'payload-not-pcm16')
    expect(found?.summary).toContain(text)
  })

  test('have audio-after-clear for a bot that goes on sending, and not for one that stops', async () => {
    const goesOn = await callOf('clears and goes on sending')
    const stops = await callOf('no sid')

    const rules = [goesOn, stops].map(({findings}) => findings.map(({rule}) => rule))
    expect(rules[0]).toContain('audio-after-clear')
    expect(rules[1]).not.toContain('audio-after-clear')
  })
})
