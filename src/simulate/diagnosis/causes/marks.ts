import {type Cause, type Facts, type Found, isMissed} from '../cause.js'
import {amount, quoted, seconds} from '../words.js'

export const markLoopCause: Cause = {
  id: 'mark-loop',
  look({evidence: {wire}}) {
    const loop = wire.rules.get('mark-loop')
    if (!loop) return undefined
    return {
      summary: `The bot answers every returned mark with the same mark: ${amount(wire.marks)} marks came.`,
      fix: 'Send nothing when a mark event arrives: it says that your audio has been played.',
      evidence: [loop.first],
    }
  },
}

/** What is wrong with marks where the audio itself is fine. */
export const waitsForMarkCause: Cause = {id: 'waits-for-mark', look: waits}
export const markBeforeAudioCause: Cause = {id: 'mark-before-audio', look: before}

/** A bot that was answering, and is silent from a mark on that did not return. */
function waits(facts: Facts): Found | undefined {
  const {flow} = facts.evidence
  const lost = flow.marks.find(({echoedAtMs}) => echoedAtMs === undefined)
  if (!lost || !isMissed(facts)) return undefined
  const dropped = flow.clears.find(({atMs}) => atMs >= lost.atMs)
  const silentFromMs = Math.max(lost.atMs, dropped?.atMs ?? 0)
  const endMs = facts.numbers.durationMs
  const isSilent = flow.audioMs(silentFromMs + GRACE_MS, endMs) === 0
  if (!isSilent || endMs - silentFromMs < LONG_SILENCE_MS) return undefined
  const asked = facts.numbers.turns.some((turn) => turn.met === false && turn.endMs > silentFromMs)
  if (!asked) return undefined
  const why = dropped
    ? `was dropped by clear at ${seconds(dropped.atMs)}`
    : `was sent at ${seconds(lost.atMs)} and did not return`
  return {
    summary: `The bot is silent from the mark ${quoted(lost.name)} on, which ${why}: it waits for it.`,
    fix: 'Wait for a mark with a time limit (the length of its audio and a second), and forget all pending marks when you send clear.',
    evidence: [`No audio came in the last ${seconds(endMs - silentFromMs)} of the call.`],
  }
}

const GRACE_MS = 300
const LONG_SILENCE_MS = 3000

/** A bot that marks both before and after its audio times the playing, and is right to. */
function before({evidence: {flow}}: Facts): Found | undefined {
  const early = flow.marks.filter(
    ({isBehindAudio, audioAtMs, atMs}) =>
      !isBehindAudio && audioAtMs !== undefined && audioAtMs - atMs <= GRACE_MS,
  )
  const isHabit = early.length >= 2 && early.length >= flow.marks.length * 0.8
  if (!isHabit) return undefined
  return {
    summary: `${amount(early.length)} of ${amount(flow.marks.length)} marks came before the audio they are meant for: each returned at once, with nothing played.`,
    fix: 'Send the mark after the last media message of the reply: it returns when everything before it has been played.',
    evidence: [`The first was ${quoted(early[0]?.name ?? '')}.`],
  }
}
