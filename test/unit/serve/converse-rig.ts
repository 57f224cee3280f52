import {join} from 'node:path'

import {concatPcm, pcm16ToBytes} from '../../../src/audio/pcm16.js'
import {virtualClock} from '../../../src/clock.js'
import {decodeBot} from '../../../src/protocol/decode.js'
import {readWav} from '../../../src/record/wav-reader.js'
import {converse} from '../../../src/serve/bots/converse.js'
import {bytesToPcm} from '../../../src/stream/codec.js'
import {keepingLogger} from '../stream/bot/bot-rig.js'
import {type Caller, callBot, type CallerOptions} from './caller.js'

const AUDIO = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'audio')

export type ConverseCall = {
  readonly caller: Caller
  /** Each state with the call's clock when it was logged. */
  readonly states: readonly {readonly state: string; readonly atMs: number}[]
  readonly messages: readonly string[]
  /** What the bot sent, when: `media` once for each run of them. */
  readonly sent: readonly {readonly event: string; readonly atMs: number}[]
  /** Each turn of the bot, all of its audio up to the mark behind it or to a clear. */
  readonly said: readonly Int16Array[]
}

/** A call of the converse bot in virtual time. */
export async function withConverse(
  script: (caller: Caller) => Promise<void>,
  options: CallerOptions & {readonly bot?: Parameters<typeof converse>[0]} = {},
): Promise<ConverseCall> {
  const clock = virtualClock()
  const {log, lines} = keepingLogger()
  const states: {state: string; atMs: number}[] = []
  const noting = {
    ...log,
    child: () => noting,
    info(values: object, message: string) {
      log.info(values, message)
      if ('state' in values) states.push({state: String(values.state), atMs: clock.now()})
    },
  }
  const caller = await clock.run(async () => {
    const caller = callBot(converse(options.bot), {...options, clock, log: noting})
    await script(caller)
    return caller
  })
  return {caller, states, messages: lines.map(({message}) => message), ...botSide(caller)}
}

function botSide(caller: Caller): Pick<ConverseCall, 'sent' | 'said'> {
  const sent: {event: string; atMs: number}[] = []
  const said: Int16Array[] = []
  let turn: Int16Array[] = []
  for (const event of caller.events) {
    if (event.type !== 'received') continue
    const {message} = decodeBot(event.text)
    if (message.event !== 'media' || sent.at(-1)?.event !== 'media') {
      sent.push({event: message.event, atMs: event.atMs})
    }
    if (message.event === 'media') {
      turn.push(bytesToPcm(Buffer.from(message.payload, 'base64'), 'pcm16'))
    } else {
      said.push(concatPcm(turn))
      turn = []
    }
  }
  return {sent, said}
}

export const clip = (name: string, sampleRateHz = 8000): Promise<Int16Array> =>
  readWav(join(AUDIO, `${name}.wav`), {sampleRateHz})

/** Whether these words, all but 100 ms at either end, are in there sample by sample. */
export function holds(said: Int16Array | undefined, words: Int16Array): boolean {
  const edge = Math.round(words.length / 20)
  const middle = Buffer.from(pcm16ToBytes(words.subarray(edge, -edge)))
  return said !== undefined && Buffer.from(pcm16ToBytes(said)).includes(middle)
}
