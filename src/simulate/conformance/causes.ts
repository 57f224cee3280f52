import type {Diagnosis} from '../../report/report.js'

/**
 * The causes that show only across calls. The order is that of likelihood: what keeps a bot from
 * hearing at all explains the rest, and what only one kind of call shows comes last.
 */
export const runCauses = {
  'deaf-at-20-ms': {
    summary: 'The bot does not answer at 20 ms of audio a message, and does at 100 ms.',
    fix: 'Collect the bytes of all `media.payload` and cut your own frames from them; 20 ms are 320 bytes at 8 kHz.',
  },
  'deaf-at-100-ms': {
    summary: 'The bot does not answer at 100 ms of audio a message, and does at 20 ms.',
    fix: 'Collect the bytes of all `media.payload` and cut your own frames from them; 100 ms are 1,600 bytes at 8 kHz.',
  },
  'deaf-to-string-counters': {
    summary:
      'The bot does not answer when `sequence_number` and `chunk` are strings, as in "chunk":"2", and does when they are numbers.',
    fix: 'Read both forms: int(message["media"]["chunk"]) in Python, Number(media.chunk) in JavaScript.',
  },
  'deaf-to-number-counters': {
    summary:
      'The bot does not answer when `sequence_number` and `chunk` are JSON numbers, as in "chunk":2, and does when they are strings.',
    fix: 'Read both forms: str(message["media"]["chunk"]) in Python, String(media.chunk) in JavaScript.',
  },
  'deaf-to-spaced-json': {
    summary:
      'The bot does not answer when the JSON has spaces, as in {"event": "media"}, and does when it has none.',
    fix: 'Parse each message as JSON and compare its `event`; do not search the text for "event":"start".',
  },
  'breaks-on-unknown-fields': {
    summary: 'The bot does not answer when messages have fields or events that it does not know.',
    fix: 'Ignore every field and every `event` that you do not know, instead of validating them away.',
  },
  'needs-prefixed-sids': {
    summary:
      'The bot needs sids that start with CA, MZ or AC, or numbers that start with +, and Exotel has others.',
    fix: 'Treat `call_sid`, `stream_sid`, `account_sid`, `from` and `to` as opaque text.',
  },
  'waits-for-mark': {
    summary: 'The bot goes silent for ever when a mark does not come back as it expects.',
    fix: 'Wait for a mark at most as long as its audio lasts and 2 s more, and settle pending marks when you send clear.',
  },
  'rate-ignored': {
    summary:
      'The bot speaks at one sample rate, whatever `media_format.sample_rate` of start says.',
    fix: 'Read `media_format.sample_rate` from each start (8000, 16000 or 24000) and resample to it.',
  },
  'state-shared-between-calls': {
    summary:
      'Calls at the same time disturb each other: the bot keeps the state of a call in a global.',
    fix: 'Keep socket, `stream_sid`, sample rate and audio queue with the connection, one set a call; nothing in globals.',
  },
  'single-call-bot': {
    summary: 'The bot takes one call at a time, and fails the others.',
    fix: 'Serve every WebSocket by a task of its own, and block in none of them.',
  },
  'dead-after-hang-up': {
    summary: 'After a call that ended in a certain way the bot answers no call any more.',
    fix: 'Free the call on `stop` and on the close of the socket alike, whichever comes first; a dropped network brings no stop.',
  },
  'refuses-after-upgrade': {
    summary: 'Wrong credentials are refused by closing the open WebSocket, not with 401 before it.',
    fix: 'Check the Authorization header in the upgrade request and answer 401 there, before the 101.',
  },
  'closes-without-pong': {
    summary: 'The bot closes the call when its pings are not answered, though audio still arrives.',
    fix: 'Take arriving media as the sign of life: ping_interval=None for Python websockets, ws_ping_interval=None for uvicorn.',
  },
} as const satisfies Readonly<Record<string, Pick<Diagnosis, 'summary' | 'fix'>>>

export type RunCause = keyof typeof runCauses

/** @param evidence what was seen, one sentence each, the most telling first */
export function diagnosed(cause: RunCause, evidence: readonly string[]): Diagnosis {
  return {cause, ...runCauses[cause], evidence}
}
