import type {Words} from '../explanation.js'
import type {MemberName, StreamMembers} from '../stream-members.js'

/** What a member of a Passthru query tells. */
export type MemberRow = Words & {
  readonly id: string
  readonly member: MemberName
  readonly tells: (value: string, members: StreamMembers) => boolean
  readonly check?: string
  readonly source: string
  readonly isInferred?: true
  /** Nothing new where the reason has been explained: that Stream[Error], or the limit, says why. */
  readonly isOnlyThatItFailed?: true
}

const EXOTEL = 'docs.exotel.com/exotel-agentstream/agentstream-wss-errors-and-handling'
const PASSTHRU = 'docs.exotel.com/exotel-agentstream/more-on-passthru-applet'
const AGENTSTREAM_PASSTHRU = 'support.exotel.com 3000132269'
const CALL_PASSTHRU = 'support.exotel.com 48283'
const LONGEST_STREAM_SECONDS = 3600

const is =
  (...values: readonly string[]) =>
  (value: string) =>
    values.includes(value.toLowerCase())

const lasted = (from: number, to: number) => (value: string) =>
  Number(value) >= from && Number(value) <= to

/** What explains most comes first: Error is explained before any of them. */
export const memberRows: readonly MemberRow[] = [
  {
    id: 'stream-throttled',
    member: 'DetailedStatus',
    tells: is('streaming_call_throttled'),
    meaning: 'The account was at its limit of streams at one time, so this call got none.',
    causes: [
      'More calls came at once than the plan allows.',
      'Streams of ended calls are still open, because the bot does not close its socket.',
      'A load test, or another flow of the account, took the places.',
    ],
    fix: 'Ask Exotel to raise the limit of streams, spread the calls over time, and send callers to another applet when DetailedStatus says so.',
    source: PASSTHRU,
  },
  {
    id: 'detailed-status-unknown',
    member: 'DetailedStatus',
    tells: () => true,
    meaning: 'This DetailedStatus is not in the public record; only Streaming_call_throttled is.',
    causes: ['Exotel has more of them than it documents.'],
    fix: "Give Exotel's support the whole value, the CallSid and the time in UTC.",
    source: PASSTHRU,
    isInferred: true,
  },
  {
    id: 'status-contradicts-error',
    member: 'Status',
    tells: (value, {Error: error}) => is('completed')(value) && isTelling(error),
    meaning:
      'Status says completed and Error says what failed: if Status and Error disagree, believe Error.',
    causes: ['The call ended in an ordinary way, while its stream did not.'],
    fix: 'Judge a stream by Stream[Error] first, and by Stream[Status] only where Error is absent.',
    source: EXOTEL,
  },
  {
    id: 'stream-failed',
    member: 'Status',
    tells: is('failed'),
    meaning: 'The stream could not be opened, or broke.',
    causes: [
      'Exotel could not reach the bot: Stream[Error] says why.',
      'The account was at its limit of streams: Stream[DetailedStatus] says so.',
      'The bot did not accept the WebSocket within 10 s.',
    ],
    fix: 'Read Stream[Error] of the same request and explain that; without one, check the URL of the applet.',
    check: 'upgrade',
    source: `${AGENTSTREAM_PASSTHRU}; ${EXOTEL}`,
    isOnlyThatItFailed: true,
  },
  {
    id: 'stream-cancelled',
    member: 'Status',
    tells: is('cancelled', 'canceled'),
    meaning: 'The stream was given up, most often because the caller hung up.',
    causes: [
      'The caller hung up before or while the bot spoke.',
      'The bot took so long to open, or to say its first word, that the caller left.',
    ],
    fix: 'If it happens often, let the bot greet at once.',
    check: 'first-audio',
    source: AGENTSTREAM_PASSTHRU,
    isInferred: true,
  },
  {
    id: 'duration-four-seconds',
    member: 'Duration',
    tells: lasted(3, 5),
    meaning:
      "The stream lasted about four seconds, which Exotel's own samples know as a sign of a bot that is joined wrongly.",
    causes: [
      'The path in the URL is wrong, and something else accepted the WebSocket.',
      'The bot never answers: its receive loop is blocked.',
      'The bot sent a whole reply at once instead of at the pace of speech.',
    ],
    fix: 'Check the path, answer start with audio at once, and pace the audio near real time.',
    check: 'first-audio',
    source: 'github.com/exotel/Agent-Stream',
  },
  {
    id: 'disconnected-by-bot',
    member: 'DisconnectedBy',
    tells: is('bot'),
    meaning:
      'The bot closed the stream. That is right when the conversation was over, and a fault when it was not.',
    causes: [
      'The bot was done, and closed its socket to hand the call back to the flow.',
      'The bot crashed, or closed on an error of its own.',
      'A proxy in front of the bot closed in its name. One that cuts the connection without a close frame is told as failed, by NA.',
    ],
    fix: 'Look at the log of the bot for the close code and the reason at that second.',
    check: 'call',
    source: AGENTSTREAM_PASSTHRU,
  },
  {
    id: 'disconnected-by-user',
    member: 'DisconnectedBy',
    tells: is('user', 'caller'),
    meaning: 'The caller hung up, or left the call.',
    causes: ['The caller was done.', 'The caller heard nothing, or waited too long for an answer.'],
    fix: 'Nothing, unless many leave early: then measure the first audio and the answers with exostream simulate.',
    check: 'first-audio',
    source: AGENTSTREAM_PASSTHRU,
  },
  {
    id: 'disconnected-by-nobody',
    member: 'DisconnectedBy',
    tells: is('na', 'n', 'none', 'null'),
    meaning: 'Neither side disconnected: the stream was never open, or it broke.',
    causes: [
      'Exotel could not reach the bot, or the account was at its limit of streams.',
      'The connection broke during the call, without a close frame: the bot crashed, or a proxy cut it. That Exotel tells this alike is inferred.',
    ],
    fix: 'Read Stream[Error] and Stream[DetailedStatus] of the same request; without them, look in the log of the bot for a crash or a close with 1006 at that second.',
    check: 'call',
    source: AGENTSTREAM_PASSTHRU,
    isInferred: true,
    isOnlyThatItFailed: true,
  },
  {
    id: 'disconnected-by-system',
    member: 'DisconnectedBy',
    tells: is('system'),
    meaning: 'Neither the caller nor the bot ended the stream, but Exotel or the network.',
    causes: [
      'The connection broke, or the stream was never open.',
      'The flow or a limit ended it, such as the 60 minutes of a stream.',
    ],
    fix: 'Look in the log of the bot for the close code at that second, and at Stream[Error] and Stream[Duration] of the same request.',
    check: 'call',
    source: 'developer.exotel.com/docs/agentstream/developer-guide',
    isInferred: true,
  },
  {
    id: 'duration-zero',
    member: 'Duration',
    tells: lasted(0, 0),
    meaning: 'The stream lasted less than a second: it never opened, or was closed at once.',
    causes: [
      'Exotel could not reach the bot: Stream[Error] says why.',
      'The bot accepted the WebSocket and closed it, or crashed on connected or start.',
    ],
    fix: 'Check the way to the bot, and look at its log for the first messages of the call.',
    check: 'call',
    source: AGENTSTREAM_PASSTHRU,
    isInferred: true,
    isOnlyThatItFailed: true,
  },
  {
    id: 'duration-limit',
    member: 'Duration',
    tells: lasted(LONGEST_STREAM_SECONDS - 10, LONGEST_STREAM_SECONDS + 60),
    meaning: 'The stream lasted 60 minutes, which is the longest that Exotel keeps one open.',
    causes: ['The bot did not end the call: two machines may have talked to each other.'],
    fix: 'Let the bot end a call that has been silent or long, by closing its socket with 1000.',
    source: 'support.exotel.com 3000132302',
  },
  {
    id: 'stream-completed',
    member: 'Status',
    tells: is('completed'),
    meaning: 'The stream was opened and has ended without an error.',
    causes: ['The bot closed it, or the caller hung up: Stream[DisconnectedBy] says which.'],
    fix: 'Nothing, unless it ended too early: then look at Stream[Duration] and at the close code in the log of the bot.',
    check: 'call',
    source: AGENTSTREAM_PASSTHRU,
  },
  {
    id: 'stream-status-unknown',
    member: 'Status',
    tells: () => true,
    meaning:
      'This Stream[Status] is not in the public record; completed, failed and cancelled are.',
    causes: ['Exotel has more of them than it documents.'],
    fix: "Give Exotel's support the whole query, the CallSid and the time in UTC.",
    source: AGENTSTREAM_PASSTHRU,
    isInferred: true,
  },
  {
    id: 'call-not-answered',
    member: 'CallStatus',
    tells: is('busy', 'failed', 'no-answer', 'canceled', 'cancelled'),
    meaning:
      'The call itself was not answered or could not be placed, so that no stream came about.',
    causes: [
      'The number called was busy, did not answer, or does not exist.',
      'The call was given up before it was answered.',
    ],
    fix: 'Look at the number and at the time of the call; the bot has no part in it.',
    source: 'support.exotel.com 3000088074',
  },
  {
    id: 'call-incomplete',
    member: 'CallType',
    tells: is('incomplete', 'call-attempt', 'client-hangup', 'voicemail'),
    meaning:
      'CallType tells how the call as a whole went: call-attempt got no further than the flow, client-hangup and incomplete ended before anybody was joined to it, voicemail was recorded.',
    causes: [
      'The flow has no applet that joins the caller to a person, which is usual with a bot: call-attempt is then no fault.',
      'The caller hung up before the flow was through.',
    ],
    fix: 'Look at the Stream members for the bot; CallType says nothing of the stream.',
    source: CALL_PASSTHRU,
  },
]

function isTelling(error: string | undefined): boolean {
  return error !== undefined && !/^(?:na|none|null|undefined|-+)?$/i.test(error)
}
