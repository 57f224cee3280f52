import {type Cause, type Facts, fallsBehind, type Found} from '../cause.js'
import {amount, milliseconds, seconds} from '../words.js'

export const slowCause: Cause = {id: 'slower-than-real-time', look: slower}

/** What is wrong with when the audio is sent. */
export const pacingCauses: readonly Cause[] = [
  {id: 'burst', look: burst},
  {id: 'long-lead-without-marks', look: longLead},
]

const LONG_MS = 2000

function slower(facts: Facts): Found | undefined {
  if (!fallsBehind(facts)) return undefined
  const {evidence, numbers} = facts
  const pace = evidence.flow.pace() ?? 1
  const {underruns = 0, gapMs = 0} = numbers.metrics
  const chunkMs = evidence.flow.audio.at(0)?.audioMs ?? 0
  return {
    summary: `The bot sends a second of audio in ${(1 / pace).toFixed(1)} s, and the caller hears ${amount(underruns)} holes.`,
    fix: `Send a chunk of ${milliseconds(chunkMs)} every ${milliseconds(chunkMs)}, not every ${milliseconds(Math.round(chunkMs / pace / 10) * 10)}: at times counted from the first chunk, because a sleep after each send adds up.`,
    evidence: [`${milliseconds(gapMs)} of silence was heard inside what the bot said.`],
  }
}

function isLongLead({evidence: {wire}}: Facts): boolean {
  return wire.broken('lead-long') + wire.broken('lead-excessive') > 0
}

function leadOf({numbers}: Facts): string {
  return seconds(numbers.metrics['leadMs'] ?? 0)
}

function burst(facts: Facts): Found | undefined {
  const {audioMs, tookMs} = facts.evidence.flow.largestBurst()
  if (!isLongLead(facts) || audioMs < LONG_MS) return undefined
  return {
    summary: `The bot sent ${seconds(audioMs)} of audio ${tookMs === 0 ? 'at once' : `within ${milliseconds(tookMs)}`}: up to ${leadOf(facts)} waited to be played.`,
    fix: 'Pace the audio near real time, 100 to 300 ms ahead of the ear: a chunk of 3,200 bytes every 200 ms at 8,000 Hz.',
    evidence: [`The bot ran up to ${leadOf(facts)} ahead of what the caller heard.`],
  }
}

function longLead(facts: Facts): Found | undefined {
  if (!isLongLead(facts) || facts.evidence.wire.marks > 0) return undefined
  const pace = facts.evidence.flow.pace()
  return {
    summary: `Up to ${leadOf(facts)} of audio waited to be played, and no mark was sent: the bot cannot know what the caller has heard.`,
    fix: 'Send a mark after each reply and wait for its return, or pace the audio 100 to 300 ms ahead of the ear.',
    evidence: pace === undefined ? [] : [`The bot sent ${pace.toFixed(1)} s of audio a second.`],
  }
}
