import {
  MAX_CHUNK_BYTES,
  MIN_CHUNK_BYTES,
  PACKET_BYTES,
  packetBytes,
} from '../../../protocol/limits.js'
import {type Cause, type Facts, fallsBehind, type Found} from '../cause.js'
import {amount} from '../words.js'

/** What is wrong with how the audio is cut into messages. */
export const chunkCauses: readonly Cause[] = [
  {id: 'chunk-odd', look: odd},
  {id: 'chunk-too-large', look: tooLarge},
  {id: 'chunk-too-small', look: tooSmall},
  {id: 'chunk-unaligned', look: unaligned},
]

function odd(facts: Facts): Found | undefined {
  const {audio, wire, isPcm16} = facts.evidence
  const count = wire.broken('payload-odd-length')
  if (!isPcm16 || count === 0) return undefined
  return {
    summary: `${amount(count)} of ${amount(wire.media)} chunks have an odd number of bytes: half a sample is lost, and a bot that goes on with the other half sends noise.`,
    fix: `Cut audio at whole samples: send ${sizes(facts)} bytes a message, and keep what is left over for the next.`,
    evidence: [`Most chunks have ${amount(audio.usualBytes)} bytes.`, ...alignment(facts)],
  }
}

/** A message over 16 MB is not taken at all. */
function tooLarge({evidence}: Facts): Found | undefined {
  const {wire, audio, sampleRateHz} = evidence
  if (wire.broken('chunk-too-large') === 0) return undefined
  const largest = Math.max(0, ...audio.sizes.keys())
  const size = largest > MAX_CHUNK_BYTES ? `${amount(largest)} bytes` : 'over 16 MB'
  const packet = packetBytes(sampleRateHz)
  return {
    summary: `A chunk has ${size}; Exotel takes ${amount(MAX_CHUNK_BYTES)} bytes a message at most.`,
    fix: `Cut the audio into messages of ${amount(packet * 10)} bytes (200 ms); ${amount(MAX_CHUNK_BYTES - (MAX_CHUNK_BYTES % packet))} is the most.`,
    evidence: [`${amount(wire.broken('chunk-too-large'))} chunks were too large.`],
  }
}

function tooSmall(facts: Facts): Found | undefined {
  const {audio, sampleRateHz, isPcm16} = facts.evidence
  if (!isPcm16) return undefined
  const packet = packetBytes(sampleRateHz)
  const underPacket = audio.share((bytes) => bytes < packet)
  const isUneven = isUnevenly(facts)
  if (underPacket < 0.5 && !isUneven) return undefined
  const why =
    underPacket < 0.5
      ? `under ${amount(MIN_CHUNK_BYTES)}, and they come at uneven intervals`
      : 'less than one packet of 20 ms, and each still takes 20 ms to play'
  return {
    summary: `Most chunks have ${amount(audio.usualBytes)} bytes: ${why}.`,
    fix: `Send ${sizes(facts)} bytes a message, on a steady clock.`,
    evidence: [...holes(facts), ...alignment(facts)],
  }
}

/** A hole now and then has another reason: that of a pause, or of a chunk that was lost. */
function isUnevenly(facts: Facts): boolean {
  const {wire, flow} = facts.evidence
  if (wire.broken('chunk-small-irregular') === 0 || fallsBehind(facts)) return false
  return flow.unevenness() > UNEVEN_SHARE
}

const UNEVEN_SHARE = 0.1

function unaligned(facts: Facts): Found | undefined {
  const {wire, audio, sampleRateHz, isPcm16} = facts.evidence
  const count = wire.broken('chunk-not-multiple-of-320') + wire.broken('chunk-not-whole-frames')
  if (!isPcm16 || count === 0) return undefined
  const packet = packetBytes(sampleRateHz)
  const unit = wire.broken('chunk-not-multiple-of-320') > 0 ? PACKET_BYTES : packet
  const isLastOnly = count * 4 < wire.media
  return {
    summary: isLastOnly
      ? `The last chunk of an utterance is no multiple of ${amount(unit)} bytes (${amount(count)} of ${amount(wire.media)} chunks).`
      : `Chunks of ${amount(audio.usualBytes)} bytes are no multiple of ${amount(unit)}: the last packet of each is filled up with silence.`,
    fix: isLastOnly
      ? `Pad the last chunk with zero bytes to a multiple of ${amount(packet)}.`
      : `Send ${sizes(facts)} bytes a message, and pad only the last with zero bytes.`,
    evidence: [...holes(facts), ...alignment(facts)],
  }
}

/** The legal size closest to what is sent, and the documented least where that is another. */
function sizes({evidence: {audio, sampleRateHz}}: Facts): string {
  const packet = packetBytes(sampleRateHz)
  const near = Math.max(2, Math.round(audio.usualBytes / packet)) * packet
  const least = Math.ceil(MIN_CHUNK_BYTES / packet) * packet
  return near === least ? amount(least) : `${amount(near)} or ${amount(least)}`
}

function holes({numbers: {metrics}}: Facts): string[] {
  const {gapMs = 0, underruns = 0} = metrics
  if (underruns === 0) return []
  return [`The caller hears ${amount(underruns)} holes, ${amount(gapMs)} ms in all.`]
}

function alignment({evidence: {wire}}: Facts): string[] {
  const seen = wire.rules.get('chunk-not-multiple-of-320')
  return seen ? [`${seen.first}.`] : []
}
