import type {Bot, BotCall, BotEvent} from '../../stream/bot/bot.js'
import {Acknowledgements} from './acknowledgements.js'

/** What is returned beside the audio: marks and clears of the caller's own, also its digits, or nothing. */
export type AckMode = 'auto' | 'always' | 'never'

/**
 * Returns what it hears at once, as the very text that came. A mark or a `clear` that the caller
 * originated is acknowledged once under the same name; the bot's own that come back are not, so
 * that no loop can start.
 */
export function echo({ack = 'auto'}: {readonly ack?: AckMode | undefined} = {}): Bot {
  return async (call) => {
    const acknowledgements = new Acknowledgements()
    for await (const event of call.events) {
      if (event.type === 'audio') call.playPayload(event.payload)
      else if (ack !== 'never') acknowledge(event, {call, acknowledgements, ack})
    }
  }
}

type Acknowledging = {
  readonly call: BotCall
  readonly acknowledgements: Acknowledgements
  readonly ack: AckMode
}

function acknowledge(event: BotEvent, {call, acknowledgements, ack}: Acknowledging): void {
  switch (event.type) {
    case 'mark':
      if (acknowledgements.take('mark', event.name, call.now())) call.mark(event.name)
      return
    case 'clear':
      if (acknowledgements.take('clear', 'clear', call.now())) call.clear()
      return
    case 'dtmf':
      if (ack !== 'always') return
      if (acknowledgements.take('dtmf', event.digit, call.now())) sendDigit(call, event)
      return
    case 'audio':
    case 'stop':
  }
}

/** Exotel takes no digits from a bot; test clients do. */
function sendDigit(call: BotCall, {digit, durationMs}: Extract<BotEvent, {type: 'dtmf'}>): void {
  const {streamSid, casing} = call
  call.send({
    event: 'dtmf',
    ...(streamSid === '' ? {} : {[casing === 'camel' ? 'streamSid' : 'stream_sid']: streamSid}),
    dtmf: {digit, ...(durationMs === undefined ? {} : {duration: String(durationMs)})},
  })
}
