import {type VirtualClock, virtualClock} from '../../../../src/clock.js'
import {type Logger, silentLogger} from '../../../../src/log.js'
import type {Bot, BotCall, BotEvent} from '../../../../src/stream/bot/bot.js'
import {BotEnd, type BotEndOptions} from '../../../../src/stream/bot/bot-end.js'
import type {StreamSocket} from '../../../../src/stream/socket.js'
import {socketPair} from '../../../rig/socket-pair.js'
import {identity, type Json} from '../exotel/exotel-rig.js'

/** A BotEnd over a socket pair of 1 ms, and what happens at the caller's end of it. */
export type BotRig = {
  readonly clock: VirtualClock
  readonly end: BotEnd
  readonly caller: StreamSocket
  readonly heard: {readonly atMs: number; readonly json: Json}[]
  readonly closed: {readonly atMs: number; readonly code: number; readonly reason: string}[]
  say(...messages: readonly (object | string)[]): void
  sleep(ms: number): Promise<void>
}

export async function withBot<T>(
  options: Partial<BotEndOptions> & {readonly bot: Bot},
  work: (rig: BotRig) => Promise<T>,
): Promise<T> {
  const clock = virtualClock()
  return clock.run(() => {
    const [caller, socket] = socketPair(clock)
    const end = new BotEnd(socket, {clock, log: silentLogger, ...options})
    const heard: {atMs: number; json: Json}[] = []
    const closed: {atMs: number; code: number; reason: string}[] = []
    caller.listen({
      // What BotEnd sends is an object: the tests say so.
      message: (data) => heard.push({atMs: clock.now(), json: JSON.parse(String(data)) as Json}),
      closed: (code, reason) => closed.push({atMs: clock.now(), code, reason}),
    })
    return work({
      clock,
      end,
      caller,
      heard,
      closed,
      say(...messages) {
        for (const message of messages)
          caller.send(typeof message === 'string' ? message : JSON.stringify(message))
      },
      sleep: (ms) => clock.sleepUntil(clock.now() + ms),
    })
  })
}

/** A bot that keeps what it hears, and the calls it had. */
export function keepingBot(): {bot: Bot; calls: BotCall[]; events: BotEvent[]} {
  const calls: BotCall[] = []
  const events: BotEvent[] = []
  return {
    calls,
    events,
    async bot(call) {
      calls.push(call)
      for await (const event of call.events) events.push(event)
    },
  }
}

/** A bot that does this once its call has begun. */
export function actingBot(act: (call: BotCall) => void | Promise<void>): Bot {
  return async (call) => {
    await act(call)
  }
}

export const callerSays = {
  start: (start: object = {}): object => ({
    event: 'start',
    sequence_number: '1',
    stream_sid: identity.streamSid,
    start: {
      stream_sid: identity.streamSid,
      call_sid: identity.callSid,
      account_sid: identity.accountSid,
      from: identity.from,
      to: identity.to,
      media_format: {encoding: 'audio/x-raw', sample_rate: '8000', bit_rate: '16'},
      ...start,
    },
  }),
  media: (samples: Int16Array): object => ({
    event: 'media',
    stream_sid: identity.streamSid,
    media: {payload: Buffer.from(samples.buffer).toString('base64')},
  }),
  dtmf: (digit: string): object => ({event: 'dtmf', stream_sid: identity.streamSid, dtmf: {digit}}),
  mark: (name: string): object => ({event: 'mark', stream_sid: identity.streamSid, mark: {name}}),
  stop: (): object => ({
    event: 'stop',
    stream_sid: identity.streamSid,
    stop: {reason: 'callended'},
  }),
}

type Line = {readonly level: string; readonly values: Json; readonly message: string}

/** A log that keeps its lines. */
export function keepingLogger(): {log: Logger; lines: Line[]} {
  const lines: Line[] = []
  const logger = (bindings: object): Logger => {
    const keep = (level: string) => (values: object, message: string) => {
      lines.push({level, values: {...bindings, ...values}, message})
    }
    return {
      debug: keep('debug'),
      info: keep('info'),
      warn: keep('warn'),
      error: keep('error'),
      child: (more) => logger({...bindings, ...more}),
    }
  }
  return {log: logger({}), lines}
}
