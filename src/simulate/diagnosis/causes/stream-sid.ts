import {type Cause, type Facts, type Found} from '../cause.js'
import {amount, quoted} from '../words.js'

/** Last in the list: Exotel types the field as optional, so it is the cause only where nothing else is. */
export const streamSidCauses: readonly Cause[] = [
  {id: 'wrong-stream-sid', look: wrong},
  {id: 'missing-stream-sid', look: missing},
]

function wrong({evidence: {wire, call}}: Facts): Found | undefined {
  const {wrongSid} = wire
  if (!wrongSid) return undefined
  return {
    summary: `stream_sid is ${quoted(wrongSid.first)} in ${amount(wrongSid.count)} of ${amount(wire.messages)} messages, and this stream is ${quoted(call?.streamSid ?? '')}.`,
    fix: `Set "stream_sid" to start.stream_sid (${quoted(call?.streamSid ?? '')}), kept with the connection and not in a global.`,
    evidence: [
      'With several calls at once, audio under the sid of another call may reach that call.',
    ],
  }
}

function missing({evidence: {wire, call}}: Facts): Found | undefined {
  const messages = wire.media + wire.marks
  if (messages === 0 || wire.noSid < messages) return undefined
  return {
    summary: `None of ${amount(messages)} messages has a stream_sid.`,
    fix: `Copy start.stream_sid (${quoted(call?.streamSid ?? '')}) into "stream_sid" of every message you send.`,
    evidence: ['Exotel types the field as optional, and every example of its pages has it.'],
  }
}
