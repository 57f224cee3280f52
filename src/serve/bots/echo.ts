import type {Bot, BotCall, BotEvent} from '../../stream/bot/bot.js'
import {eachEvent} from '../../stream/bot/event-queue.js'
import {Acknowledgements} from './acknowledgements.js'

/** What is returned beside the audio: marks and clears of the caller's own, also its digits, or nothing. */
export type AckMode = 'auto' | 'always' | 'never'

/**
 * Returns what it hears at once, as the very text that came. A mark or a `clear` that the caller
 * originated is acknowledged once under the same name, within the bounds that `Acknowledgements` names;
 * the bot's own that come back are not, so that no loop can start.
 */
export function echo({ack = 'auto'}: {readonly ack?: AckMode | undefined} = {}): Bot {
  return async (call) => {
    const acknowledging = {call, ack, acknowledgements: new Acknowledgements(), hasTold: false}
    // Looked up once: a call has accessors of its own, which makes it slow to look anything up in.
    const playPayload = call.playPayload.bind(call)
    await eachEvent(call.events, (event) => {
      if (event.type === 'audio') playPayload(event.payload)
      else if (ack !== 'never') acknowledge(event, acknowledging)
    })
  }
}

type Acknowledging = {
  readonly call: BotCall
  readonly acknowledgements: Acknowledgements
  readonly ack: AckMode
  /** That more came than is acknowledged. */
  hasTold: boolean
}

function acknowledge(event: BotEvent, acknowledging: Acknowledging): void {
  const {call, ack} = acknowledging
  switch (event.type) {
    case 'mark':
      if (isDue('mark', event.name, acknowledging)) call.mark(event.name)
      return
    case 'clear':
      if (isDue('clear', 'clear', acknowledging)) call.clear()
      return
    case 'dtmf':
      if (ack === 'always' && isDue('dtmf', event.digit, acknowledging)) sendDigit(call, event)
      return
    case 'audio':
    case 'stop':
  }
}

function isDue(
  event: 'mark' | 'clear' | 'dtmf',
  name: string,
  acknowledging: Acknowledging,
): boolean {
  const {call, acknowledgements, hasTold} = acknowledging
  const verdict = acknowledgements.take(event, name, call.now())
  if (verdict === 'beyond' && !hasTold) {
    acknowledging.hasTold = true
    const values = {category: 'BIDIRECTIONAL', event}
    call.log.info(values, 'more came than echo acknowledges; not all of it is answered')
  }
  return verdict === 'acknowledge'
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
