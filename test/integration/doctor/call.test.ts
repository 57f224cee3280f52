import {
  BY_BOT,
  BY_NOBODY,
  bot,
  type CallFault,
  PREFIX,
  testFaults,
} from '../../rig/doctor/call-faults.js'
import {
  after,
  at,
  both,
  closes,
  drops,
  echo,
  says,
  serveLab,
  silent,
  snakeCase,
  wavHeader,
} from '../../rig/doctor/dying-bots.js'

const faults: readonly CallFault[] = [
  {
    name: 'dies on connected',
    url: bot(at('connected', drops)),
    rootCause: 'call',
    summary:
      /^the connection breaks as soon as the bot gets start or the first audio, without a close/,
    exotelError: BY_NOBODY,
  },
  {
    name: 'closes with 1008 on start',
    url: bot(at('start', closes(1008, 'no token'))),
    rootCause: 'call',
    summary:
      /^the bot closes the stream as soon as it gets start or the first audio with 1008 \(refused/,
    exotelError: BY_BOT,
  },
  {
    name: 'throws on the first media',
    url: bot(at('media', closes(1011, 'TypeError'))),
    rootCause: 'call',
    summary: /with 1011 \(an error in the bot\)\.$/,
    exotelError: BY_BOT,
  },
  {
    name: 'dies in the middle of the call',
    url: bot(both(echo, after(700, drops))),
    rootCause: 'call',
    summary: /^the connection breaks after 0\.[789] s, without a close frame \(1006\)\.$/,
    exotelError: BY_NOBODY,
  },
  {
    name: 'accepts and then closes',
    url: bot(closes(1000)),
    rootCause: 'call',
    summary: /with 1000 \(a normal end\)\.$/,
    exotelError: BY_BOT,
  },
  {
    name: 'closes with a code of its own',
    url: bot(at('start', closes(4401))),
    rootCause: 'call',
    summary: /with 4401 \(a code of the bot or its framework\)\.$/,
    exotelError: BY_BOT,
  },
  {
    name: 'refuses every call',
    url: async () => (await serveLab(silent, {refuses: () => 503})).url,
    rootCause: 'call',
    summary: /^the stream opened once, and not again\.$/,
    exotelError: `${PREFIX}expected handshake response status code 101 but got 503`,
  },
  {
    name: 'sends what is no WebSocket message',
    url: bot(
      at('start', ({ws}) => {
        // The socket under the WebSocket: a frame with reserved bits, and nothing that ws would send.
        const {_socket: socket} = ws as unknown as {_socket: {write(bytes: Buffer): void}}
        socket.write(Buffer.from([0xff, 0x00]))
      }),
    ),
    rootCause: 'call',
    summary: /^what the bot sends cannot be read, and the stream ends .*\(1002\)\.$/,
    exotelError: BY_NOBODY,
  },
  {
    name: 'sends chunks of 4,391 bytes',
    url: bot(says({chunkBytes: 4391})),
    rootCause: 'conformance',
    summary: /odd number of bytes/,
  },
  {
    name: 'sends chunks of 1,000 bytes',
    url: bot(says({chunkBytes: 1000})),
    rootCause: 'conformance',
    summary: /^chunks of 1,000 bytes are no multiple of 320/,
  },
  {
    name: 'sends the header of a WAV file',
    url: async () => {
      const header = await wavHeader()
      return bot(says({text: (sid, chunk) => snakeCase(sid, Buffer.concat([header, chunk]))}))()
    },
    rootCause: 'conformance',
    summary: /WAV/,
  },
  {
    name: 'sends text that is no JSON',
    url: bot(says({text: () => 'hello, caller'})),
    rootCause: 'conformance',
    summary: /./,
  },
  {
    name: 'sends a minute of audio at once',
    url: bot(says({times: 40, pace: 0})),
    rootCause: 'conformance',
    summary: /waited to be played/,
  },
  {
    name: 'sends messages of a megabyte',
    url: bot(says({times: 40, pace: 0, chunkBytes: 960_000})),
    rootCause: 'conformance',
    summary: /^a chunk has 960,000 bytes; Exotel takes 100,000 bytes a message at most\.$/,
  },
  {
    name: 'talks to a Stream applet',
    url: bot(echo),
    target: {applet: 'stream'},
    rootCause: 'conformance',
    summary: /to a Stream applet, which only listens\.$/,
  },
]

testFaults(faults)
