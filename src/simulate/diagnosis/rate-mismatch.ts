import type {VoiceSigns} from '../../audio/voice-signs.js'
import {packetBytes} from '../../protocol/limits.js'
import type {Evidence} from './evidence.js'
import {amount, seconds} from './words.js'

export type RateMismatch = {
  readonly direction: 'too-high' | 'too-low'
  readonly sentHz: number
  /** The rate follows from the pace; else it is the likeliest. */
  readonly isMeasured: boolean
  readonly signs: readonly string[]
}

/** The rates that speech engines hand out. */
const RATES_HZ = [8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]
/** How far a pace may be off the quotient of two rates. */
const PACE_TOLERANCE = 0.04

/** Voices of people, medians: 75 Hz (a deep man's) to 300 Hz (a child's). Beyond these no one speaks. */
const TOO_DEEP_HZ = 62
const TOO_HIGH_HZ = 330
/** The rhythm of speech lies between 2.4 and 6.2 Hz, whoever speaks. */
const TOO_SLOW_HZ = 2.4
const TOO_QUICK_HZ = 6.6
/** What is merely odd counts beside a pace that says the same. */
const DEEP_HZ = 150
const HIGH_HZ = 200
const SLOW_HZ = 3.1
const QUICK_HZ = 5.5
/** Speech with nothing left above 700 Hz, as it is at a sixth of its speed. */
const TOO_SMOOTH = 0.985

/**
 * Two signs must agree: the pace (a bot that sends 20 ms of its own rate every 20 ms sends 40 ms of
 * ours), the size of the chunks, the pitch and the rhythm of the voice. One alone may be a hasty bot
 * or a deep voice.
 */
export function rateMismatch(evidence: Evidence): RateMismatch | undefined {
  if (!evidence.isPcm16 || evidence.audio.codec() !== 'pcm16') return undefined
  const rateHz = evidence.sampleRateHz
  const voice = evidence.audio.voice(rateHz)
  if (!voice) return undefined
  const sentHz = rateOfPace(evidence.flow.pace(), rateHz)
  return sentHz === undefined ? byVoice(voice, rateHz) : byPace(evidence, voice, sentHz)
}

/** The rate at which the bot's pace would be that of real time. */
function rateOfPace(pace: number | undefined, rateHz: number): number | undefined {
  if (pace === undefined) return undefined
  const others = RATES_HZ.filter((hz) => hz !== rateHz)
  return others.find((hz) => Math.abs((pace * rateHz) / hz - 1) < PACE_TOLERANCE)
}

function byPace(
  {audio, flow, sampleRateHz}: Evidence,
  voice: VoiceSigns,
  sentHz: number,
): RateMismatch | undefined {
  const isHigh = sentHz > sampleRateHz
  const isCut = isWhole(audio.usualBytes, sentHz) && !isWhole(audio.usualBytes, sampleRateHz)
  const isOdd = isHigh ? isSlowed(voice, sampleRateHz) : isHurried(voice)
  if (!isCut && !isOdd) return undefined
  const pace = `The bot sends ${seconds((flow.pace() ?? 0) * 1000)} of audio each second, steadily.`
  const cut = `Chunks of ${amount(audio.usualBytes)} bytes are whole frames of 20 ms at ${amount(sentHz)} Hz, and not at ${amount(sampleRateHz)} Hz.`
  return {
    direction: isHigh ? 'too-high' : 'too-low',
    sentHz,
    isMeasured: true,
    signs: [pace, ...(isCut ? [cut] : []), ...(isOdd ? [heard(voice)] : [])],
  }
}

function isWhole(bytes: number, rateHz: number): boolean {
  return bytes % packetBytes(rateHz) === 0
}

function isSlowed({pitchHz, rhythmHz, smoothness}: VoiceSigns, rateHz: number): boolean {
  if (rateHz === 8000 && smoothness > TOO_SMOOTH) return true
  if (pitchHz !== undefined && pitchHz < TOO_DEEP_HZ) return true
  return rhythmHz < SLOW_HZ && (pitchHz === undefined || pitchHz < DEEP_HZ)
}

function isHurried({pitchHz = 0, rhythmHz}: VoiceSigns): boolean {
  return pitchHz > HIGH_HZ || rhythmHz > QUICK_HZ
}

/** Without a pace that tells, both signs of the voice must be beyond what people do. */
function byVoice(voice: VoiceSigns, rateHz: number): RateMismatch | undefined {
  const {rhythmHz} = voice
  if (rhythmHz >= TOO_SLOW_HZ && rhythmHz <= TOO_QUICK_HZ) return undefined
  const {pitchHz} = voice
  if (pitchHz === undefined) return undefined
  const isHigh = pitchHz < TOO_DEEP_HZ && rhythmHz < TOO_SLOW_HZ
  const isLow = pitchHz > TOO_HIGH_HZ && rhythmHz > TOO_QUICK_HZ
  if (!isHigh && !isLow) return undefined
  const sentHz = likeliest(rhythmHz, rateHz, isHigh)
  if (sentHz === undefined) return undefined
  const direction = isHigh ? 'too-high' : 'too-low'
  return {direction, sentHz, isMeasured: false, signs: [heard(voice)]}
}

/** Of the rates of engines, the one that brings the rhythm closest to that of speech. */
function likeliest(rhythmHz: number, rateHz: number, isHigh: boolean): number | undefined {
  const usual = [8000, 16_000, 24_000].filter((hz) => hz !== rateHz && hz > rateHz === isHigh)
  const off = (hz: number) => Math.abs(Math.log((rhythmHz * hz) / rateHz / USUAL_RHYTHM_HZ))
  return usual.toSorted((one, other) => off(one) - off(other))[0]
}

const USUAL_RHYTHM_HZ = 3.8

function heard({pitchHz, rhythmHz}: VoiceSigns): string {
  const rhythm = `its loudness rises and falls about ${rhythmHz.toFixed(1)} times a second (people: 2.4 to 6.2)`
  return pitchHz === undefined
    ? `No pitch of a voice was found; ${rhythm}.`
    : `The voice has a pitch of ${pitchHz.toFixed(0)} Hz (people: 75 to 300), and ${rhythm}.`
}
