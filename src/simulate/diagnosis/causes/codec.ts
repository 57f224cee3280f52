import type {CodecGuess} from '../../../audio/codec-guess.js'
import {LINE_NOISE_DBFS} from '../../line/caller-voice.js'
import {spanAt} from '../../numbers/spans.js'
import {type Cause, type Facts, type Found} from '../cause.js'
import {CODEC_NAMES} from '../not-pcm16.js'
import {rateMismatch} from '../rate-mismatch.js'
import {amount} from '../words.js'

/** What is wrong with the samples inside payloads that are base64. */
export const codecCauses: readonly Cause[] = [
  {id: 'digital-silence', look: digitalSilence},
  {id: 'twilio-shaped', look: twilioShaped},
  codecCause('mulaw-as-pcm', 'ulaw', 'decode it from mu-law to 16-bit PCM'),
  codecCause('alaw-as-pcm', 'alaw', 'decode it from A-law to 16-bit PCM'),
  codecCause(
    'byte-swapped',
    'pcm16-swapped',
    'write each sample low byte first: in Node writeInt16LE, in Python "<i2"',
  ),
  codecCause(
    'float32-samples',
    'float32',
    'multiply by 32,767, round, and write as 16-bit integers',
  ),
  codecCause('stereo-samples', 'stereo', 'mix both channels into one, or send only the left one'),
  codecCause('wrong-sample-width', 'pcm8', 'subtract 128 from each byte and multiply by 256'),
  codecCause('wrong-sample-width', 'pcm24', 'keep the upper two bytes of every three'),
  codecCause('wrong-sample-width', 'pcm32', 'keep the upper two bytes of every four'),
  {id: 'sample-rate-too-high', look: (facts) => wrongRate(facts, 'too-high')},
  {id: 'sample-rate-too-low', look: (facts) => wrongRate(facts, 'too-low')},
]

/** Low in the list: a bot may be loud, and something else may be wrong. */
export const clippingCause: Cause = {
  id: 'clipping',
  look({evidence}) {
    if (!evidence.isPcm16) return undefined
    const clipped = evidence.audio.clipped()
    if (clipped < CLIPPED_SHARE) return undefined
    return {
      summary: `${(clipped * 100).toFixed(0)} % of the audible samples lie at the end of the 16-bit scale: the audio is clipped.`,
      fix: 'Lower the gain until the loudest peaks stay below 32,767, about -3 dBFS; scale floats by 32,767 only when they lie within -1 and 1.',
      evidence: ['Samples at the rail come in runs, which is heard as harsh distortion.'],
    }
  },
}

/** Speech that is merely loud touches the rail with far fewer samples. */
const CLIPPED_SHARE = 0.03

function codecCause(id: string, guess: Exclude<CodecGuess, 'pcm16'>, convert: string): Cause {
  const is = CODEC_NAMES[guess]
  return {
    id,
    look({evidence}) {
      if (!evidence.isPcm16 || evidence.audio.codec() !== guess) return undefined
      return {
        summary: `The bytes in media.payload are ${is}, and the stream takes 16-bit little-endian PCM, one channel, at ${amount(evidence.sampleRateHz)} Hz.`,
        fix: `Convert the audio before base64: ${convert}.`,
        evidence: [
          `Read as ${is}, the samples fit together as those of speech do; read as 16-bit PCM of one channel they do not.`,
          `Most chunks have ${amount(evidence.audio.usualBytes)} bytes.`,
        ],
      }
    },
  }
}

function twilioShaped({evidence}: Facts): Found | undefined {
  const {wire, audio} = evidence
  if (!evidence.isPcm16 || wire.camelCase * 2 <= wire.lookedAt) return undefined
  if (audio.codec() !== 'ulaw') return undefined
  return {
    summary:
      'The bot answers in the shape of Twilio: "streamSid" in camelCase, and mu-law audio in media.payload.',
    fix: `Use your Exotel serializer: "stream_sid" in snake_case, and 16-bit little-endian PCM at ${amount(evidence.sampleRateHz)} Hz instead of mu-law.`,
    evidence: [
      `${amount(wire.camelCase)} of ${amount(wire.lookedAt)} messages looked at have "streamSid".`,
      `Read as mu-law the bytes are speech; most chunks have ${amount(audio.usualBytes)} bytes.`,
    ],
  }
}

/** A bot may send silence while it listens; it is a cause where it owed the caller an answer. */
function digitalSilence(facts: Facts): Found | undefined {
  const {audio, lastAudibleMs} = facts.evidence.flow
  const audioMs = audio.soundUntilMs(Number.POSITIVE_INFINITY)
  if (audioMs < LEAST_SILENCE_MS || lastAudibleMs !== undefined) return undefined
  if (!owesAnswer(facts) || mayBeLineNoise(facts)) return undefined
  return {
    summary: `The bot sent ${(audioMs / 1000).toFixed(1)} s of audio, and all of it is silent: under -55 dBFS.`,
    fix: 'Send the samples your engine made: look whether the buffer was filled, whether 16-bit values were scaled to between -1 and 1, and whether the track is muted.',
    evidence: [
      `${amount(audio.length)} media messages came, of which none can be heard.`,
      `Most chunks have ${amount(facts.evidence.audio.usualBytes)} bytes.`,
    ],
  }
}

const LEAST_SILENCE_MS = 500

/** Something was to be heard, and audio came from then on. */
function owesAnswer({evidence: {flow, isPcm16}, numbers: {turns, speech}}: Facts): boolean {
  const missed = turns.find(({kind, met, startMs}) => {
    if (met !== false) return false
    // Before the caller has spoken, only the level tells an echo from a bot that is muted.
    if (kind === 'greeting') return isPcm16
    return (kind === 'say' || kind === 'interrupt') && spanAt(speech.caller, startMs) !== undefined
  })
  if (!missed) return false
  return flow.audioMs(missed.startMs, Number.POSITIVE_INFINITY) >= LEAST_SILENCE_MS
}

/** What the quiet line sounds like comes back from an echo, which has nothing to be unmuted. */
function mayBeLineNoise({evidence: {audio, isPcm16, looksAtAudio}}: Facts): boolean {
  if (!looksAtAudio) return true
  return isPcm16 && Math.abs(audio.levelDbfs() - LINE_NOISE_DBFS) < NEAR_DB
}

const NEAR_DB = 3

function wrongRate({evidence}: Facts, direction: 'too-high' | 'too-low'): Found | undefined {
  const mismatch = rateMismatch(evidence)
  if (mismatch?.direction !== direction) return undefined
  const rateHz = evidence.sampleRateHz
  const from = `${amount(mismatch.sentHz)} Hz`
  const heard = direction === 'too-high' ? 'too slow and too deep' : 'too quick and too high'
  return {
    summary: `The audio is ${mismatch.isMeasured ? '' : 'probably '}at ${from} on a stream of ${amount(rateHz)} Hz: the voice is heard ${heard}.`,
    fix: `Resample ${from} to ${amount(rateHz)} Hz before base64, or ask your engine for ${amount(rateHz)} Hz; take the rate from start.media_format.sample_rate.`,
    evidence: mismatch.signs,
  }
}
