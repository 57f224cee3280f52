import alawmulaw from 'alawmulaw'
import speex from 'speex-resampler'

import {rowOf} from '../measure.mjs'
import {signalToNoise} from '../rig/signal.mjs'
import {built, SPEED_S, speeds} from '../rig/speed.mjs'

/**
 * @typedef {import('../measure.mjs').Row} Row
 * @typedef {import('../run.mjs').Size} Size
 * @typedef {{
 *   HEAP16: Int16Array, _malloc(bytes: number): number,
 *   _fvad_new(): number, _fvad_set_mode(vad: number, mode: number): number,
 *   _fvad_set_sample_rate(vad: number, hz: number): number, _fvad_process(vad: number, at: number, samples: number): number,
 * }} Fvad
 */

/** One second of a call in frames of 20 ms. */
const FRAMES = 50
const RATE_HZ = 8000

/** Of Speex, where it is as exact as ours. */
const SPEEX_QUALITY = 7

/** The most particular of libfvad's manners. */
const FVAD_MODE = 3

/** @type {import('../items.mjs').Takes} */
export const audioTakes = ({runs}) => [{times: 6 * 2 * runs, seconds: SPEED_S, what: 'timings'}]

/**
 * G.711, the resampler and the VAD against the packages one would take instead: microseconds a frame of 20 ms, and
 * how well it sounds.
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
export async function audio(size) {
  return [...(await g711(size)), ...(await resampler(size)), ...(await vad(size))]
}

/**
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
async function g711(size) {
  const ours = /** @type {typeof import('../../../src/audio/g711.js')} */ (
    await built('audio/g711.js')
  )
  const frames = framesOf(sine({hz: 997, rateHz: RATE_HZ}))
  const codes = frames.map((frame) => ours.pcm16ToUlaw(frame))
  const encoded = await speeds(size, {
    each: FRAMES,
    baseline: () => frames.forEach((frame) => alawmulaw.mulaw.encode(frame)),
    ours: () => frames.forEach((frame) => ours.pcm16ToUlaw(frame)),
  })
  const decoded = await speeds(size, {
    each: FRAMES,
    baseline: () => codes.forEach((bytes) => alawmulaw.mulaw.decode(bytes)),
    ours: () => codes.forEach((bytes) => ours.ulawToPcm16(bytes)),
  })
  const whole = sine({hz: 997, rateHz: RATE_HZ})
  const tone = {hz: 997, rateHz: RATE_HZ}
  return [
    rowOf(encoded, {what: 'mu-law encode, against alawmulaw', unit: 'µs', key: 'us'}),
    rowOf(decoded, {what: 'mu-law decode, against alawmulaw', unit: 'µs', key: 'us'}),
    quality('mu-law there and back, a tone of 997 Hz', {
      ours: signalToNoise(ours.ulawToPcm16(ours.pcm16ToUlaw(whole)), tone),
      baseline: signalToNoise(alawmulaw.mulaw.decode(alawmulaw.mulaw.encode(whole)), tone),
    }),
    quality('A-law there and back, a tone of 997 Hz', {
      ours: signalToNoise(ours.alawToPcm16(ours.pcm16ToAlaw(whole)), tone),
      baseline: signalToNoise(alawmulaw.alaw.decode(alawmulaw.alaw.encode(whole)), tone),
    }),
  ]
}

/**
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
async function resampler(size) {
  const {StreamResampler} = /** @type {typeof import('../../../src/audio/resampler.js')} */ (
    await built('audio/resampler.js')
  )
  const {default: SpeexResampler} = speex
  await SpeexResampler.initPromise
  /** @type {Row[]} */
  const rows = []
  for (const {fromHz, toHz, hz} of [
    {fromHz: 8000, toHz: 16_000, hz: 3000},
    {fromHz: 16_000, toHz: 8000, hz: 1000},
    {fromHz: 24_000, toHz: 8000, hz: 1000},
  ]) {
    const frames = framesOf(sine({hz, rateHz: fromHz}))
    const buffers = frames.map((frame) => Buffer.from(frame.buffer))
    const own = new StreamResampler({fromHz, toHz})
    const other = new SpeexResampler(1, fromHz, toHz, SPEEX_QUALITY)
    const made = await speeds(size, {
      each: FRAMES,
      baseline: () => buffers.forEach((bytes) => other.processChunk(bytes)),
      ours: () => frames.forEach((frame) => own.push(frame)),
    })
    const fresh = new StreamResampler({fromHz, toHz})
    const freshOther = new SpeexResampler(1, fromHz, toHz, SPEEX_QUALITY)
    const what = `${fromHz / 1000} to ${toHz / 1000} kHz`
    rows.push(
      rowOf(made, {what: `${what}, against speex-resampler`, unit: 'µs', key: 'us'}),
      quality(`${what}, a tone of ${hz} Hz`, {
        ours: signalToNoise(joined(frames.map((frame) => fresh.push(frame))), {hz, rateHz: toHz}),
        baseline: signalToNoise(
          joined(buffers.map((bytes) => samplesOf(freshOther.processChunk(bytes)))),
          {hz, rateHz: toHz},
        ),
      }),
    )
  }
  return rows
}

/**
 * @param {Size} size
 * @returns {Promise<Row[]>}
 */
async function vad(size) {
  const {EnergyVad} = /** @type {typeof import('../../../src/audio/vad.js')} */ (
    await built('audio/vad.js')
  )
  const loaded = /** @type {{default: () => Promise<Fvad>}} */ (
    // @ts-expect-error -- the package comes without types
    await import('@echogarden/fvad-wasm')
  )
  const fvad = await loaded.default()
  const handle = fvad._fvad_new()
  fvad._fvad_set_mode(handle, FVAD_MODE)
  fvad._fvad_set_sample_rate(handle, RATE_HZ)
  const samples = RATE_HZ / FRAMES
  const place = fvad._malloc(samples * 2)
  const own = new EnergyVad({sampleRateHz: RATE_HZ})
  const frames = framesOf(sine({hz: 300, rateHz: RATE_HZ}))
  const made = await speeds(size, {
    each: FRAMES,
    baseline: () =>
      frames.forEach((frame) => {
        fvad.HEAP16.set(frame, place / 2)
        fvad._fvad_process(handle, place, samples)
      }),
    ours: () => frames.forEach((frame) => own.push(frame)),
  })
  return [rowOf(made, {what: 'VAD, against libfvad in WebAssembly', unit: 'µs', key: 'us'})]
}

/**
 * @param {string} what
 * @param {{ours: number, baseline: number}} decibels
 * @returns {Row}
 */
function quality(what, {ours, baseline}) {
  const pair = {ours: {db: ours}, baseline: {db: baseline}}
  const row = rowOf({asked: 1, pairs: [pair], discarded: []}, {what, unit: 'dB', key: 'db'})
  const {ratio: _, ...told} = row
  return {...told, note: 'signal to noise'}
}

/** A second at -6 dBFS. @param {{hz: number, rateHz: number}} tone */
function sine({hz, rateHz}) {
  return Int16Array.from({length: rateHz}, (_, at) =>
    Math.round(16_384 * Math.sin((2 * Math.PI * hz * at) / rateHz)),
  )
}

/** @param {Int16Array} pcm */
function framesOf(pcm) {
  const samples = pcm.length / FRAMES
  return Array.from({length: FRAMES}, (_, at) => pcm.slice(at * samples, (at + 1) * samples))
}

/** @param {readonly Int16Array[]} parts */
function joined(parts) {
  return Int16Array.from(parts.flatMap((part) => [...part]))
}

/** @param {Buffer} bytes */
function samplesOf(bytes) {
  return Int16Array.from({length: bytes.length / 2}, (_, at) => bytes.readInt16LE(at * 2))
}
