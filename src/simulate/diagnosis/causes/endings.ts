import {type Cause, type Facts, type Found, isMissed} from '../cause.js'
import {isWantedClose} from '../evidence.js'
import {amount, seconds} from '../words.js'

/** Bots that end the call, or never take part in it. */
export const endingCauses: readonly Cause[] = [
  {id: 'closes-abnormally', look: abnormal},
  {id: 'hangs-up-early', look: early},
  {id: 'nothing-sent', look: nothing},
]

/** A bot that closes in order; 1005 is a close frame without a code. */
const ORDERLY: readonly (number | undefined)[] = [1000, 1001, 1005]

function abnormal({evidence, numbers: {closing, durationMs}}: Facts): Found | undefined {
  if (!closing || closing.by === 'caller') return undefined
  if (closing.by === 'bot' && ORDERLY.includes(closing.code)) return undefined
  if (isWantedClose(evidence, closing)) return undefined
  const at = `after ${seconds(durationMs)}`
  const reason = closing.reason ? ` (${JSON.stringify(closing.reason.slice(0, 80))})` : ''
  const isCut = closing.by === 'network'
  return {
    summary: isCut
      ? `The connection broke ${at}, without a close frame (1006).`
      : `The bot closed the stream ${at} with ${String(closing.code)}${reason}.`,
    fix: isCut
      ? 'Look in the log of the bot for a crash at that moment, and at a proxy or tunnel in between for a time limit; close with 1000.'
      : 'Look in the log of the bot for an error at that moment; end a call with close code 1000, after the last mark has returned.',
    evidence: [`${amount(evidence.wire.messages)} messages came before.`],
  }
}

/** Only where something was still to come: the end of a whole conversation is the bot's to make. */
function early({numbers: {closing, durationMs}, failure, evidence}: Facts): Found | undefined {
  if (closing?.by !== 'bot' || failure?.code !== 'EXO_BOT_CLOSED') return undefined
  return {
    summary: `The bot hung up after ${seconds(durationMs)} (close code ${String(closing.code)}), in the middle of the conversation.`,
    fix: 'Keep the socket open until the caller says goodbye or stop arrives: look for what closes it, such as a time limit, the end of the first reply, or a handler that returns.',
    evidence: [failure.message, `${amount(evidence.wire.media)} media messages came before.`],
  }
}

function nothing(facts: Facts): Found | undefined {
  const {wire} = facts.evidence
  if (wire.messages > 0 || !isMissed(facts)) return undefined
  return {
    summary: `The bot sent nothing: not one message in ${seconds(facts.numbers.durationMs)}.`,
    fix: 'Send {"event": "media", "stream_sid": ..., "media": {"payload": BASE64}} once start has arrived; look in the log of the bot for an error in its handler of start or media.',
    evidence: ['The WebSocket opened, and connected, start and the audio of the caller were sent.'],
  }
}
