import {expect, test} from 'vitest'

import {announcedFormat, combineProfiles, profiles} from '../../../src/protocol/profiles.js'

test('no profile is the documented default', () => {
  expect(combineProfiles([])).toBe(profiles['docs-strings'])
})

test('profiles that change different things are combined', () => {
  expect(combineProfiles(['docs-numbers', '100ms', '16k'])).toEqual({
    ...profiles['docs-strings'],
    id: 'docs-numbers+100ms+16k',
    description:
      'as the developer guide writes it: counters as JSON numbers; ' +
      '100 ms of audio a message; audio at 16 kHz',
    numbers: 'numbers',
    frameMs: 100,
    sampleRateHz: 16_000,
  })
})

test('the default takes nothing back from the others', () => {
  expect(combineProfiles(['16k', 'docs-strings'])).toEqual(profiles['16k'])
})

test('what the line does goes with every dialect on it', () => {
  const {silence, network, codec, frameMs} = combineProfiles([
    ...(['camel-mulaw', '100ms', 'suppress-silence', 'rough-network'] as const),
  ])

  expect({silence, network, codec, frameMs}).toEqual({
    silence: 'suppressed',
    network: 'rough',
    codec: 'ulaw',
    frameMs: 100,
  })
})

test('a profile named twice is itself', () => {
  expect(combineProfiles(['24k', '24k']).sampleRateHz).toBe(24_000)
})

test.each([
  {ids: ['16k', '24k'], problem: 'the profiles 16k and 24k both change sampleRateHz'},
  {
    ids: ['stream-applet', 'connect-voice-ai'],
    problem: 'the profiles stream-applet and connect-voice-ai both change applet',
  },
  {ids: ['camel-mulaw', '16k'], problem: 'mu-law is at 8000 Hz, not at 16000 Hz'},
] as const)('profiles in conflict are refused: $problem', ({ids, problem}) => {
  expect(() => combineProfiles(ids)).toThrow(new RangeError(problem))
})

test('what start announces comes from the profile', () => {
  expect(announcedFormat(profiles['camel-mulaw'])).toEqual({
    encoding: 'audio/x-mulaw',
    sampleRateHz: 8000,
    bitRate: '8',
  })
})
