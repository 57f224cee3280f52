import {type Cause, type Facts, type Found} from '../cause.js'
import type {PayloadFault} from '../payload-fault.js'
import {amount, quoted} from '../words.js'

/** What is wrong with the messages themselves, before any audio is looked at. */
export const wireCauses: readonly Cause[] = [
  {
    id: 'talks-on-stream-applet',
    look: ({evidence: {wire}}) =>
      wire.broken('sent-on-stream-applet') === 0
        ? undefined
        : {
            summary: `The bot sent ${amount(wire.messages)} messages to a Stream applet, which only listens.`,
            fix: 'Put a Voicebot applet into the flow in place of the Stream applet, or send nothing.',
            evidence: ['The call was made with the profile stream-applet.'],
          },
  },
  {id: 'binary-frames', look: binaryFrames},
  {id: 'messages-not-understood', look: notUnderstood},
  payloadCause('payload-data-uri', 'data-uri', {
    what: 'begins with "data:", which is a data: URI',
    fix: 'Send only what stands after the comma: drop the prefix up to and including "base64,".',
  }),
  payloadCause('payload-json', 'json', {
    what: 'holds JSON text instead of samples',
    fix: 'Put the base64 of the PCM bytes into media.payload, not a message or an answer of your engine: take the audio field out of it first.',
  }),
  payloadCause('payload-hex', 'hex', {
    what: 'is hex, two digits a byte',
    fix: 'Encode the bytes with base64 instead of hex: in Node buffer.toString("base64"), in Python base64.b64encode(pcm).decode().',
  }),
  payloadCause('payload-double-base64', 'double-base64', {
    what: 'is base64 of base64: decoded once, it is text again',
    fix: 'Encode once: your engine hands out base64 already, so put its text into media.payload as it is.',
  }),
  payloadCause('payload-url-safe', 'url-safe', {
    what: 'is in the url-safe alphabet, with - and _',
    fix: 'Use standard base64, with + and / and = at the end: in Python base64.b64encode, not urlsafe_b64encode; in Node "base64", not "base64url".',
  }),
  payloadCause('payload-bytes-literal', 'bytes-literal', {
    what: "is the text of a Python bytes object, b'...'",
    fix: 'Decode it to text: base64.b64encode(pcm).decode("ascii"), not str(base64.b64encode(pcm)).',
  }),
  payloadCause('payload-wav', 'wav', {
    what: 'begins with a WAV header (RIFF)',
    fix: 'Send only the samples: drop the header, usually the first 44 bytes, and see that the file is 16-bit mono at the rate of the stream.',
  }),
  payloadCause('payload-mp3', 'mp3', {
    what: 'is MP3, not samples',
    fix: 'Ask your engine for raw 16-bit PCM (often "pcm" or "linear16"), or decode the MP3 before you send it.',
  }),
  payloadCause('payload-ogg', 'ogg', {
    what: 'is an Ogg file (OggS), not samples',
    fix: 'Ask your engine for raw 16-bit PCM (often "pcm" or "linear16"), or decode the Ogg before you send it.',
  }),
  payloadCause('payload-file', 'file', {
    what: 'begins with the header of an audio file',
    fix: 'Decode the file, and send only its samples as 16-bit little-endian PCM.',
  }),
  payloadCause('payload-not-base64', 'not-base64', {
    what: 'is not base64',
    fix: 'Put standard base64 with padding into media.payload, without line breaks: in Node buffer.toString("base64"), in Python base64.b64encode(pcm).decode().',
  }),
]

function binaryFrames({evidence: {wire}}: Facts): Found | undefined {
  if (wire.binary * 2 <= wire.messages) return undefined
  const isSamples = wire.binarySamples * 2 > wire.binary
  return {
    summary: `${amount(wire.binary)} of ${amount(wire.messages)} messages came as binary WebSocket messages${isSamples ? ' that hold no JSON' : ''}.`,
    fix: isSamples
      ? 'Send each chunk as a text message: {"event": "media", "stream_sid": ..., "media": {"payload": BASE64}}.'
      : 'Send the JSON as text: pass a string to your WebSocket library, not bytes.',
    evidence: [
      isSamples
        ? 'What came was no JSON: it seems to be the samples themselves.'
        : 'What came was JSON of the protocol, only in binary messages.',
    ],
  }
}

/** Some odd messages beside audio do no harm; where there is nothing else, they are the audio. */
function notUnderstood({evidence: {wire}}: Facts): Found | undefined {
  const {notUnderstood: seen, media, messages} = wire
  if (!seen || media > 0 || seen.count * 2 <= messages) return undefined
  return {
    summary: `${amount(seen.count)} of ${amount(messages)} messages are none of Exotel's: no JSON object with "event" set to media, mark or clear.`,
    fix: 'Send audio as {"event": "media", "stream_sid": ..., "media": {"payload": BASE64}}, one JSON object a message.',
    evidence: [`The first began with ${quoted(seen.first)}.`],
  }
}

type Words = {readonly what: string; readonly fix: string}

function payloadCause(id: string, fault: PayloadFault, {what, fix}: Words): Cause {
  return {
    id,
    look({evidence}) {
      const {wire} = evidence
      const seen = wire.faults.get(fault)
      if (!seen) return undefined
      // A header is at the start of an utterance only; of what is wrong with the text, most is.
      const isHeader = HEADERS.includes(fault)
      const others = [...wire.faults].filter(([other]) => other !== fault)
      if (others.some(([, {count}]) => count > seen.count)) return undefined
      if (!isHeader && seen.count * 4 < wire.lookedAt) return undefined
      return {
        summary: `media.payload ${what} (${amount(seen.count)} of ${amount(wire.lookedAt)} messages looked at).`,
        fix: fault === 'wav' ? withRate(fix, seen.first, evidence.sampleRateHz) : fix,
        evidence: [`The first such payload began with ${quoted(seen.first)}.`],
      }
    },
  }
}

/** Where the header of the first payload names another rate than the stream's, that has to be mended too. */
function withRate(fix: string, payload: string, sampleRateHz: number): string {
  const header = Buffer.from(payload, 'base64')
  const isNamed = header.length >= WAV_RATE_ENDS && header.toString('latin1', 12, 16) === 'fmt '
  const namedHz = isNamed ? header.readUInt32LE(WAV_RATE_ENDS - 4) : sampleRateHz
  if (namedHz === sampleRateHz) return fix
  return `${fix} The header says ${amount(namedHz)} Hz: resample to ${amount(sampleRateHz)} Hz.`
}

/** Bytes 24 to 27 of a WAV file with its format first, as all are that speech engines make. */
const WAV_RATE_ENDS = 28

const HEADERS: readonly PayloadFault[] = ['wav', 'mp3', 'ogg', 'file']
