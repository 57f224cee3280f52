import type {RunCause} from '../../../src/simulate/conformance/causes.js'
import type {StreamSocket} from '../../../src/stream/socket.js'
import {
  botProcess,
  type BotProcess,
  type BotStyle,
  type Message,
  type RawCall,
} from '../bot-process.js'

/** A bot whose fault shows only when calls are compared. */
export type Fault = {
  readonly name: string
  readonly cause: RunCause
  /** A new process, which has taken no call yet. */
  readonly start: (style: BotStyle) => BotProcess
}

const bytesOf = ({media}: Message): number => Buffer.from(media?.payload ?? '', 'base64').length
const frameBytes = (call: RawCall, ms: number): number => (call.rateHz * 2 * ms) / 1000
const KNOWN = new Set(
  'event sequence_number stream_sid start media mark dtmf stop clear'.split(' '),
)
const EVENTS = new Set('connected start media mark dtmf stop clear'.split(' '))

export const acrossCallFaults: readonly Fault[] = [
  {
    name: 'reads messages of 100 ms only',
    cause: 'deaf-at-20-ms',
    start: (style) =>
      botProcess(style, {hears: (message, call) => bytesOf(message) >= frameBytes(call, 100)}),
  },
  {
    name: 'reads messages of 20 ms only',
    cause: 'deaf-at-100-ms',
    start: (style) =>
      botProcess(style, {hears: (message, call) => bytesOf(message) <= frameBytes(call, 20)}),
  },
  {
    name: 'looks for "event":"start" in the text',
    cause: 'deaf-to-spaced-json',
    start: (style) =>
      botProcess(style, {
        read: (text) => (/"event":"\w/.test(text) ? (JSON.parse(text) as Message) : undefined),
      }),
  },
  {
    name: 'computes with chunk as a number',
    cause: 'deaf-to-string-counters',
    start: (style) => botProcess(style, {hears: ({media}) => Number.isInteger(media?.chunk)}),
  },
  {
    name: 'takes chunk for a string',
    cause: 'deaf-to-number-counters',
    start: (style) => botProcess(style, {hears: ({media}) => typeof media?.chunk === 'string'}),
  },
  {
    name: 'drops the call at a field it does not know',
    cause: 'breaks-on-unknown-fields',
    start: (style) =>
      botProcess(style, {
        read: (text) => {
          const message = JSON.parse(text) as Message
          const isStrange = Object.keys(message).some(
            (key) => !KNOWN.has(key) && message.event !== 'connected',
          )
          return isStrange ? undefined : message
        },
      }),
  },
  {
    name: 'closes at an event it does not know',
    cause: 'breaks-on-unknown-fields',
    start: (style) => (socket, clock) => {
      botProcess(style, {
        read: (text) => {
          const message = JSON.parse(text) as Message
          if (EVENTS.has(message.event ?? '')) return message
          socket.close(1008, 'unknown event')
          return undefined
        },
      })(socket, clock)
    },
  },
  {
    name: 'takes only sids that start with CA',
    cause: 'needs-prefixed-sids',
    start: (style) =>
      botProcess(style, {started: (_call, {start}) => start?.call_sid?.startsWith('CA') === true}),
  },
  {
    name: 'takes only numbers that start with +',
    cause: 'needs-prefixed-sids',
    start: (style) =>
      botProcess(style, {started: (_call, {start}) => start?.from?.startsWith('+') === true}),
  },
  {
    name: 'hears nothing before its last mark has come back',
    cause: 'waits-for-mark',
    start: (style) => {
      const waiting = new WeakMap<RawCall, boolean>()
      return botProcess(style, {
        started: (call) => {
          const {send} = call
          call.send = (text) => {
            if (text.startsWith('{"event":"mark"')) waiting.set(call, true)
            send(text)
          }
          return true
        },
        heard: ({event}, call) => {
          if (event === 'mark') waiting.set(call, false)
        },
        hears: (_message, call) => waiting.get(call) !== true,
      })
    },
  },
  {
    name: 'speaks at 8 kHz whatever start says',
    cause: 'rate-ignored',
    start: (style) =>
      botProcess(style, {
        started: (call) => {
          call.voiceHz = () => 8000
          return true
        },
      }),
  },
  {
    name: 'keeps the rate of the last start in a global',
    cause: 'state-shared-between-calls',
    start: (style) => {
      let rateHz = 8000
      return botProcess(style, {
        started: (call, message) => {
          rateHz = Number(message.start?.media_format?.sample_rate ?? 8000)
          call.voiceHz = () => rateHz
          return true
        },
      })
    },
  },
  {
    name: 'keeps the last socket in a global',
    cause: 'state-shared-between-calls',
    start: (style) => {
      let last: ((text: string) => void) | undefined
      return botProcess(style, {
        started: (call) => {
          last = call.send
          call.send = (text) => last?.(text)
          return true
        },
      })
    },
  },
  {
    name: 'keeps one queue of audio for all calls',
    cause: 'state-shared-between-calls',
    start: (style) => {
      const open = new Map<RawCall, (text: string) => void>()
      let turn = 0
      return botProcess(style, {
        started: (call) => {
          open.set(call, call.send)
          call.send = (text) => {
            const all = [...open.values()]
            all[turn % all.length]?.(text)
            if (text.startsWith('{"event":"media"')) turn += 1
          }
          return true
        },
        stopped: (call) => open.delete(call),
        closed: (call) => open.delete(call),
      })
    },
  },
  {
    name: 'refuses a second call',
    cause: 'single-call-bot',
    start: (style) => {
      let taken = 0
      return botProcess(style, {
        accepts: (socket) => {
          if (taken === 0) {
            taken = 1
            return true
          }
          socket.close(1013, 'busy')
          return false
        },
        closed: () => {
          taken = 0
        },
      })
    },
  },
  {
    name: 'lets a second call wait without a word',
    cause: 'single-call-bot',
    start: (style) => {
      let busy: RawCall | undefined
      return botProcess(style, {
        started: (call) => {
          if (busy) return false
          busy = call
          return true
        },
        stopped: (call) => {
          if (busy === call) busy = undefined
        },
        closed: (call) => {
          if (busy === call) busy = undefined
        },
      })
    },
  },
  {
    name: 'hangs up on the caller it has when another one calls',
    cause: 'single-call-bot',
    start: (style) => {
      let current: StreamSocket | undefined
      return botProcess(style, {
        accepts: (socket) => {
          current?.close(1000, 'another caller')
          current = socket
          return true
        },
      })
    },
  },
  {
    name: 'frees one of its three workers on stop alone',
    cause: 'dead-after-hang-up',
    start: (style) => {
      let free = 3
      const working = new WeakSet<RawCall>()
      return botProcess(style, {
        started: (call) => {
          if (free === 0) return false
          free -= 1
          working.add(call)
          return true
        },
        stopped: (call) => {
          if (working.delete(call)) free += 1
        },
      })
    },
  },
  {
    name: 'throws away its loop when a connection breaks',
    cause: 'dead-after-hang-up',
    start: (style) => {
      let isBroken = false
      const stopped = new WeakSet<RawCall>()
      return botProcess(style, {
        accepts: (socket) => {
          if (isBroken) socket.close(1011, 'event loop is closed')
          return !isBroken
        },
        stopped: (call) => stopped.add(call),
        closed: (call) => {
          if (!stopped.has(call)) isBroken = true
        },
      })
    },
  },
]
