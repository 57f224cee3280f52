import {expect, test} from 'vitest'

import {concatPcm} from '../../../src/audio/pcm16.js'
import {noise, silence, tone} from '../../../src/audio/tone.js'
import {EnergyVad, speechSpans} from '../../../src/audio/vad.js'
import {seededRandom} from '../../../src/random.js'

const sampleRateHz = 8000

const quiet = (ms: number) => silence({ms, sampleRateHz})
const loud = (ms: number, dbfs = -20) => tone({hz: 400, ms, sampleRateHz, dbfs})
const hiss = (ms: number, dbfs: number) =>
  noise({samples: (ms * sampleRateHz) / 1000, dbfs, random: seededRandom(ms).next})

/** Sounds of 150 ms with gaps of 50 ms between them, over the noise of the line. */
function syllables(count: number, lineDbfs: number): Int16Array {
  return concatPcm(Array.from({length: count}, () => [loud(150), hiss(50, lineDbfs)]).flat())
}

test('a start is dated to the beginning of the loud run, an end to its last loud step', () => {
  const vad = new EnergyVad({sampleRateHz})

  const edges = vad.push(concatPcm([quiet(100), loud(300), quiet(400)]))

  expect(edges).toEqual([
    {type: 'start', atMs: 100},
    {type: 'end', atMs: 400},
  ])
})

test('a start is told once the run has lasted, and not before', () => {
  const vad = new EnergyVad({sampleRateHz, startMs: 30})

  expect(vad.push(loud(20))).toEqual([])
  expect(vad.push(loud(10))).toEqual([{type: 'start', atMs: 0}])
})

test('an end is told once the quiet has lasted, and not before', () => {
  const vad = new EnergyVad({sampleRateHz, stopMs: 200})
  vad.push(loud(100))

  expect(vad.push(quiet(190))).toEqual([])
  expect(vad.push(quiet(10))).toEqual([{type: 'end', atMs: 100}])
})

test('the state goes from quiet over starting, speaking and stopping back to quiet', () => {
  const vad = new EnergyVad({sampleRateHz})
  const states = [quiet(10), loud(10), loud(20), quiet(10), quiet(190)].map((pcm) => {
    vad.push(pcm)
    return vad.state
  })

  expect(states).toEqual(['quiet', 'starting', 'speaking', 'stopping', 'quiet'])
})

test('a run shorter than startMs makes no edge', () => {
  const spans = speechSpans(concatPcm([quiet(50), loud(20), quiet(300)]), {sampleRateHz})

  expect(spans).toEqual([])
})

test('two short runs with quiet between them do not add up to speech', () => {
  const spans = speechSpans(concatPcm([loud(20), quiet(10), loud(20), quiet(300)]), {sampleRateHz})

  expect(spans).toEqual([])
})

test('a pause shorter than stopMs stays inside the speech', () => {
  const clip = concatPcm([loud(100), quiet(190), loud(100), quiet(300)])

  expect(speechSpans(clip, {sampleRateHz})).toEqual([{startMs: 0, endMs: 390}])
})

test('a pause of stopMs parts the speech', () => {
  const clip = concatPcm([loud(100), quiet(200), loud(100), quiet(300)])

  expect(speechSpans(clip, {sampleRateHz})).toEqual([
    {startMs: 0, endMs: 100},
    {startMs: 300, endMs: 400},
  ])
})

test('speech that is open at the end of the stream is closed by finish', () => {
  const vad = new EnergyVad({sampleRateHz})
  vad.push(concatPcm([quiet(100), loud(100), quiet(50)]))

  expect(vad.finish()).toEqual([{type: 'end', atMs: 200}])
  expect(vad.state).toBe('quiet')
})

test.each([
  {what: 'in quiet', pcm: quiet(100)},
  {what: 'in a run too short', pcm: loud(20)},
  {what: 'after an end', pcm: concatPcm([loud(100), quiet(200)])},
])('finish has nothing to close $what', ({pcm}) => {
  const vad = new EnergyVad({sampleRateHz})
  vad.push(pcm)

  expect(vad.finish()).toEqual([])
})

test('finish closes once', () => {
  const vad = new EnergyVad({sampleRateHz})
  vad.push(loud(100))
  vad.finish()

  expect(vad.finish()).toEqual([])
})

test.each([
  {dbfs: -44, spans: [{startMs: 0, endMs: 100}]},
  {dbfs: -46, spans: []},
])('a tone at $dbfs dBFS is judged against the default threshold of -45', ({dbfs, spans}) => {
  expect(speechSpans(loud(100, dbfs), {sampleRateHz})).toEqual(spans)
})

test('the noise of a quiet line is no speech', () => {
  expect(speechSpans(hiss(2000, -69), {sampleRateHz})).toEqual([])
})

test.each([16_000, 24_000])('times are milliseconds at %d Hz too', (rate) => {
  const clip = concatPcm([
    silence({ms: 100, sampleRateHz: rate}),
    tone({hz: 400, ms: 200, sampleRateHz: rate}),
  ])

  expect(speechSpans(clip, {sampleRateHz: rate})).toEqual([{startMs: 100, endMs: 300}])
})

test('steps can be longer', () => {
  const clip = concatPcm([quiet(40), loud(100), quiet(300)])

  expect(speechSpans(clip, {sampleRateHz, stepMs: 20})).toEqual([{startMs: 40, endMs: 140}])
})

test('steady noise at -40 dBFS is speech to a fixed threshold', () => {
  const clip = concatPcm([hiss(2000, -40), loud(500), hiss(1000, -40)])

  expect(speechSpans(clip, {sampleRateHz})).toEqual([{startMs: 0, endMs: 3500}])
})

test('steady noise at -40 dBFS is no speech to a threshold that adapts', () => {
  const clip = concatPcm([hiss(2000, -40), loud(500), hiss(1000, -40)])

  const spans = speechSpans(clip, {sampleRateHz, adaptive: true})

  expect(spans).toEqual([{startMs: 2000, endMs: 2500}])
})

test('a threshold that adapts does not creep up while someone speaks', () => {
  const clip = concatPcm([hiss(500, -40), syllables(100, -40), hiss(500, -40)])

  const spans = speechSpans(clip, {sampleRateHz, adaptive: true})

  expect(spans).toEqual([{startMs: 500, endMs: 20_450}])
})

test('a threshold that adapts follows a line that turns noisy within five seconds', () => {
  const clip = concatPcm([hiss(1000, -69), hiss(8000, -40), loud(500), hiss(500, -40)])

  const spans = speechSpans(clip, {sampleRateHz, adaptive: true})

  expect(spans).toHaveLength(2)
  expect(spans[0]?.startMs).toBe(1000)
  expect(spans[0]?.endMs).toBeLessThan(6000)
  expect(spans[1]).toEqual({startMs: 9000, endMs: 9500})
})

test('a threshold that adapts hears speech that begins with the stream', () => {
  const clip = concatPcm([loud(300), hiss(300, -69), loud(300, -35), hiss(300, -69)])

  const spans = speechSpans(clip, {sampleRateHz, adaptive: true})

  expect(spans).toEqual([
    {startMs: 0, endMs: 300},
    {startMs: 600, endMs: 900},
  ])
})

test('a threshold that adapts never falls under the one given', () => {
  const clip = concatPcm([hiss(1000, -69), loud(500, -50), hiss(500, -69)])

  expect(speechSpans(clip, {sampleRateHz, adaptive: true})).toEqual([])
})

test.each([
  {sampleRateHz: 22_050},
  {sampleRateHz: 8000, stepMs: 0},
  {sampleRateHz: 0},
  {sampleRateHz: NaN},
  {sampleRateHz: 8000, startMs: -1},
  {sampleRateHz: 8000, stopMs: NaN},
])('%o is refused', (options) => {
  expect(() => new EnergyVad(options)).toThrow(RangeError)
})
