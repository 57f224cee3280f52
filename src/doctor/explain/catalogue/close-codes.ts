import type {Words} from '../explanation.js'

/** What a WebSocket close code means at the end of a stream. */
export type CloseRow = Words & {
  readonly from: number
  readonly to?: number
  /** As Go's libraries write it. */
  readonly goName?: string
  readonly check?: string
  readonly source: string
}

const RFC = 'RFC 6455 7.4.1'
const EXOTEL = 'docs.exotel.com/exotel-agentstream/agentstream-wss-errors-and-handling'
const IANA = 'iana.org/assignments/websocket'
const NEVER_SENT = 'It is never sent: a library reports it by itself.'

/** The single codes first, then the ranges. */
export const closeRows: readonly CloseRow[] = [
  {
    from: 1000,
    goName: 'StatusNormalClosure',
    meaning: 'The stream ended normally. The flow goes on with the next applet.',
    causes: [
      'Exotel closed it after stop: the caller hung up, or the applet was left.',
      'The bot closed it on purpose, which is how it hands the call back to the flow.',
    ],
    fix: 'Nothing, unless the call ended too early: then see in the log of the bot who closed, and why.',
    check: 'call',
    source: `${RFC}; ${EXOTEL}`,
  },
  {
    from: 1001,
    goName: 'StatusGoingAway',
    meaning: 'The side that closed is going away: its process was stopping or starting anew.',
    causes: [
      'The bot was deployed, restarted or scaled down during the call.',
      'The tunnel or proxy was stopped.',
    ],
    fix: 'Let calls end before an instance stops: take no new ones, and wait for those that are there.',
    check: 'call',
    source: `${RFC}; ${EXOTEL}`,
  },
  {
    from: 1002,
    goName: 'StatusProtocolError',
    meaning: 'One side sent something that is not legal WebSocket.',
    causes: [
      'Frames are written by hand: masked by the server, reserved bits, an unknown opcode.',
      'Compression is used without having been agreed on.',
      'A proxy mixes two answers on one connection.',
    ],
    fix: 'Let a WebSocket library write the frames, and switch compression off.',
    check: 'conformance',
    source: `${RFC}; ${EXOTEL}`,
  },
  {
    from: 1003,
    goName: 'StatusUnsupportedData',
    meaning:
      'One side got a kind of message that it does not take, such as binary instead of text.',
    causes: [
      'Audio was sent as binary messages; Exotel reads JSON text.',
      'The bot refuses a kind of message that it did not expect.',
    ],
    fix: 'Send every message as JSON text, with the audio in it as base64, and ignore what you do not know.',
    check: 'conformance',
    source: `${RFC}; ${EXOTEL}`,
  },
  {
    from: 1004,
    meaning: 'This code is reserved and has no meaning; nobody should send it.',
    causes: ['A program made the number up.'],
    fix: 'Close with 1000, or with a code of your own from 4000 to 4999.',
    source: RFC,
  },
  {
    from: 1005,
    goName: 'StatusNoStatusRcvd',
    meaning: `The socket was closed properly, and without a code. ${NEVER_SENT}`,
    causes: ['The side that closed called close() without one.'],
    fix: 'Close with 1000 when the bot is done; the code is then told in the log.',
    check: 'call',
    source: `${RFC}; ${EXOTEL}`,
  },
  {
    from: 1006,
    goName: 'StatusAbnormalClosure',
    meaning: `The connection broke without a closing message. ${NEVER_SENT} It is the most common code, and says only that nobody said goodbye.`,
    causes: [
      'The bot crashed, was killed, or ran out of memory.',
      'A proxy or load balancer dropped the connection: its limit on a connection as a whole, or on a direction in which nothing is sent. Most count both directions, and the audio of the caller never pauses.',
      'The network broke on the way, or TLS failed.',
      'The bot was starting from cold and was not ready in time.',
    ],
    fix: 'Look at the log of the bot for a crash at that second; if there is none, look for a limit that is as long as the stream was, in the proxy and the host of the bot, and send a WebSocket ping every 30 s.',
    check: 'idle',
    source: `${RFC}; ${EXOTEL}`,
  },
  {
    from: 1007,
    goName: 'StatusInvalidFramePayloadData',
    meaning: 'A text message held bytes that are not UTF-8.',
    causes: ['Raw audio was sent as a text message instead of base64 within JSON.'],
    fix: 'Send audio as base64 in the payload of a media message.',
    check: 'conformance',
    source: `${RFC}; ${EXOTEL}`,
  },
  {
    from: 1008,
    goName: 'StatusPolicyViolation',
    meaning:
      'The side that closed found a rule of its own broken; servers use it for refused callers.',
    causes: [
      'The bot checks credentials or a token after the upgrade, and refused them.',
      'A limit on calls or on messages was reached.',
      'A framework closed a WebSocket that its route did not accept.',
    ],
    fix: 'Read the reason beside the code; check credentials before the upgrade and answer 401 there.',
    check: 'credentials',
    source: `${RFC}; ${EXOTEL}`,
  },
  {
    from: 1009,
    goName: 'StatusMessageTooBig',
    meaning: 'A message was larger than the other side takes.',
    causes: [
      'The bot sent a whole reply as one media message.',
      'The WebSocket library of the bot has a small limit on what it receives.',
    ],
    fix: 'Send chunks of 3,200 to 100,000 bytes of audio, each a multiple of 320, as a steady row.',
    check: 'conformance',
    source: `${RFC}; ${EXOTEL}; support.exotel.com 3000108630`,
  },
  {
    from: 1010,
    goName: 'StatusMandatoryExtension',
    meaning: 'The client needed an extension that the server did not agree to.',
    causes: ['A client other than Exotel was connected: none is known to be needed by Exotel.'],
    fix: 'See in the log who was connected; Exotel calls itself Go-http-client.',
    source: RFC,
  },
  {
    from: 1011,
    goName: 'StatusInternalError',
    meaning: 'The server failed while it handled the call: an exception in the bot.',
    causes: [
      'The handler of a message threw, often on start or on the first media.',
      'A service that the bot needs (speech, model, database) failed, and nobody caught it.',
      'A ping of the bot was not answered in time, and its library gave up (Python websockets: keepalive ping timeout).',
    ],
    fix: 'Look at the log of the bot for that second; the stack trace names the line.',
    check: 'call',
    source: `${RFC}; ${EXOTEL}`,
  },
  {
    from: 1012,
    goName: 'StatusServiceRestart',
    meaning: 'The server is starting anew.',
    causes: ['The bot was deployed or reloaded during the call.'],
    fix: 'Let calls end before an instance stops.',
    check: 'call',
    source: `${IANA}; ${EXOTEL}`,
  },
  {
    from: 1013,
    goName: 'StatusTryAgainLater',
    meaning: 'The server has no room for the call now.',
    causes: ['The bot is at its limit of calls.', 'The host holds callers back.'],
    fix: 'Run more instances, or refuse before the upgrade with 503, so that the flow can go on elsewhere.',
    check: 'second-call',
    source: `${IANA}; ${EXOTEL}`,
  },
  {
    from: 1014,
    goName: 'StatusBadGateway',
    meaning: 'A gateway in front of the bot got a bad answer from it.',
    causes: ['The bot behind the proxy crashed or is not running.'],
    fix: 'Start the bot, and look at the log of the proxy.',
    check: 'upgrade',
    source: IANA,
  },
  {
    from: 1015,
    goName: 'StatusTLSHandshake',
    meaning: `TLS could not be set up. ${NEVER_SENT}`,
    causes: ['The certificate is expired, self-signed, incomplete or made out to another name.'],
    fix: 'Look at the certificate and its chain:\nopenssl s_client -connect HOST:443 -servername HOST -showcerts </dev/null',
    check: 'tls',
    source: `${RFC}; ${EXOTEL}`,
  },
  {
    from: 1016,
    to: 2999,
    meaning:
      'This code is reserved for later versions of WebSocket; no program should send it yet.',
    causes: ['A program made the number up, or it is not a close code.'],
    fix: 'Close with 1000, or with a code of your own from 4000 to 4999.',
    source: 'RFC 6455 7.4.2',
  },
  {
    from: 3000,
    to: 3999,
    meaning:
      'This close code belongs to a library or framework that has registered it; it is not one of the numbers that Stream[Error] begins with.',
    causes: [
      'The framework of the bot closed: 3000 is registered for unauthorized, 3003 for forbidden, 3008 for timeout.',
      'A proxy or service between the bot and Exotel closed.',
    ],
    fix: 'Look the number up in the documentation of the framework that the bot uses, and read the reason beside it.',
    check: 'call',
    source: `${IANA}; ${EXOTEL}`,
  },
  {
    from: 4000,
    to: 4999,
    meaning:
      'This close code is of the application: whoever wrote the bot, or its library, chose it and knows what it means.',
    causes: [
      'The bot ended the call for a reason of its own; many use 4400, 4401, 4403, 4404, 4408 and 4429 as they would 400, 401 and so on in HTTP.',
      'A service that the bot is joined to (speech, model) closed with it, and the bot passed it on.',
    ],
    fix: 'Search the code of the bot for the number, and close with 1000 where the call ended as it should.',
    check: 'call',
    source: `RFC 6455 7.4.2; ${EXOTEL}`,
  },
]
