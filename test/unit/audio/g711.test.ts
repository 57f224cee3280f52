import {expect, test} from 'vitest'

import {alawToPcm16, pcm16ToAlaw, pcm16ToUlaw, ulawToPcm16} from '../../../src/audio/g711.js'

const allCodes = Uint8Array.from({length: 256}, (_, code) => code)
const allSamples = Int16Array.from({length: 65_536}, (_, index) => index - 32_768)

/**
 * The decision values of G.711 tables 1a and 2a, rebuilt from what the tables say: the first value,
 * then runs of equal steps. They count 1/4 (mu-law) and 1/8 (A-law) of a 16-bit sample.
 */
const ulaw = law({
  first: [0, 1],
  runs: [
    {steps: 15, size: 2},
    {steps: 16, size: 4},
    {steps: 16, size: 8},
    {steps: 16, size: 16},
    {steps: 16, size: 32},
    {steps: 16, size: 64},
    {steps: 16, size: 128},
    {steps: 16, size: 256},
  ],
  unit: 4,
})
const alaw = law({
  first: [0],
  runs: [
    {steps: 32, size: 2},
    {steps: 16, size: 4},
    {steps: 16, size: 8},
    {steps: 16, size: 16},
    {steps: 16, size: 32},
    {steps: 16, size: 64},
    {steps: 16, size: 128},
  ],
  unit: 8,
})

type Law = {decisions: number[]; levels: number[]}

function law({
  first,
  runs,
  unit,
}: {
  first: number[]
  runs: {steps: number; size: number}[]
  unit: number
}): Law {
  const decisions = [...first]
  for (const {steps, size} of runs) {
    for (let step = 0; step < steps; step += 1) decisions.push((decisions.at(-1) ?? 0) + size)
  }
  const middles = decisions.slice(1).map((above, n) => (above + (decisions[n] ?? 0)) / 2)
  return {decisions: decisions.map((value) => value * unit), levels: middles.map((y) => y * unit)}
}

/** The number of the interval a sample lies in; on a decision value the higher level wins. */
function intervalOf(sample: number, {decisions}: Law): number {
  const isAbove = (value: number) => (sample < 0 ? -sample > value : sample >= value)
  return Math.min(decisions.findLastIndex(isAbove), 127)
}

/** The character signals: mu-law is sent inverted, A-law with its even bits inverted. */
const ulawCodeOf = (sample: number) => (sample < 0 ? 0x7f : 0xff) - intervalOf(sample, ulaw)
const alawCodeOf = (sample: number) => ((sample < 0 ? 0 : 0x80) + intervalOf(sample, alaw)) ^ 0x55

test('the rebuilt tables end where those of G.711 do', () => {
  expect(ulaw.decisions.map((value) => value / 4)).toEqual(
    expect.arrayContaining([31, 95, 223, 479, 991, 2015, 4063, 8159]),
  )
  expect(alaw.decisions.map((value) => value / 8)).toEqual(
    expect.arrayContaining([64, 128, 256, 512, 1024, 2048, 4096]),
  )
})

test('each of the 256 mu-law codes is decoded to the level of the table', () => {
  const expected = [...allCodes].map((code) => {
    const level = ulaw.levels[~code & 0x7f] ?? NaN
    return code < 0x80 ? -level : level
  })

  // Interval 0 of mu-law is centred on zero, not between its decision values.
  const centred = expected.map((level, code) => ((code & 0x7f) === 0x7f ? 0 : level))

  expect([...ulawToPcm16(allCodes)]).toEqual(centred)
})

test('each of the 256 A-law codes is decoded to the level of the table', () => {
  const expected = [...allCodes].map((code) => {
    const level = alaw.levels[(code ^ 0x55) & 0x7f] ?? NaN
    return code < 0x80 ? -level : level
  })

  expect([...alawToPcm16(allCodes)]).toEqual(expected)
})

test('each of the 65,536 samples takes the mu-law code of the interval it lies in', () => {
  expect([...pcm16ToUlaw(allSamples)]).toEqual([...allSamples].map(ulawCodeOf))
})

test('each of the 65,536 samples takes the A-law code of the interval it lies in', () => {
  expect([...pcm16ToAlaw(allSamples)]).toEqual([...allSamples].map(alawCodeOf))
})

test('an A-law code that was decoded is encoded to itself', () => {
  expect(pcm16ToAlaw(alawToPcm16(allCodes))).toEqual(allCodes)
})

test('a mu-law code that was decoded is encoded to itself, save that negative zero turns positive', () => {
  const expected = allCodes.map((code) => (code === 0x7f ? 0xff : code))

  expect(pcm16ToUlaw(ulawToPcm16(allCodes))).toEqual(expected)
})

test.each([
  {what: 'positive zero', code: 0xff, sample: 0},
  {what: 'negative zero', code: 0x7f, sample: 0},
  {what: 'the loudest positive sample', code: 0x80, sample: 32_124},
  {what: 'the loudest negative sample', code: 0x00, sample: -32_124},
])('mu-law $code is $what', ({code, sample}) => {
  expect([...ulawToPcm16(Uint8Array.of(code))]).toEqual([sample])
})

test.each([
  {what: 'the quietest positive sample', code: 0xd5, sample: 8},
  {what: 'the quietest negative sample', code: 0x55, sample: -8},
  {what: 'the loudest positive sample', code: 0xaa, sample: 32_256},
  {what: 'the loudest negative sample', code: 0x2a, sample: -32_256},
])('A-law $code is $what', ({code, sample}) => {
  expect([...alawToPcm16(Uint8Array.of(code))]).toEqual([sample])
})
