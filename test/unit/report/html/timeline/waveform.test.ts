import {expect, test} from 'vitest'

import {drawEnvelope, envelopeOf} from '../../../../../src/report/html/timeline/waveform.js'

const clip = Int16Array.of(0, 100, -300, 200, 50, -50, 400, 10)

test('each column holds the lowest and the highest sample of its stretch', () => {
  const envelope = envelopeOf({pcm: clip, sampleRateHz: 8000, startMs: 0, endMs: 1}, 4)

  expect([...envelope.low]).toEqual([0, -300, -50, 10])
  expect([...envelope.high]).toEqual([100, 200, 50, 400])
})

test('a stretch that begins later, and one past the end of the audio', () => {
  const later = envelopeOf({pcm: clip, sampleRateHz: 8000, startMs: 0.5, endMs: 1.5}, 2)

  expect([...later.high]).toEqual([400, 0])
  expect([...later.low]).toEqual([-50, 0])
})

test('more columns than samples repeat a sample instead of leaving a hole', () => {
  const envelope = envelopeOf({pcm: clip, sampleRateHz: 8000, startMs: 0.125, endMs: 0.375}, 8)

  expect([...envelope.high]).toEqual([100, 100, -300, -300, -300, -300, 200, 200])
})

test('the shape goes along the top and back along the bottom', () => {
  const envelope = {low: Int16Array.of(-100, 0), high: Int16Array.of(100, 50)}

  const path = drawEnvelope(envelope, {left: 60, middle: 50, half: 20}, 100)

  expect(path).toBe('M60 29.5L61 39.5L61 50.5L60 70.5Z')
})
