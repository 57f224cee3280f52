import type {RuleId, Severity} from './rules.js'

/**
 * What a stream's record is made of, for the floors that share it. Times are milliseconds on the
 * call's own clock, 0 at the moment `start` was sent; of what was before it there is `handshakeMs`.
 */

/** A rule broken once. `detail` is one sentence with the values seen. */
export type Violation = {readonly rule: RuleId; readonly detail?: string}

/** A rule broken `count` times in a call. */
export type Finding = {
  readonly rule: RuleId
  /** The number of the rule in `protocol/README.md`, e.g. `C7`. */
  readonly ref: string
  readonly severity: Severity
  readonly count: number
  readonly summary: string
  readonly fix: string
  readonly firstAtMs: number
}

/** `rig`: our own playout was late; nothing is known of the bot then. */
export type GapCause = 'late-chunk' | 'short-last-packet' | 'odd-length' | 'rig'

export type Closing = {
  readonly by: 'caller' | 'bot' | 'network'
  readonly code?: number
  readonly reason?: string
}

/**
 * `backchannel` is a "mm-hmm", a cough or side-talk; `noise` is sound without a voice; `silence` is a
 * caller who says nothing; `send` is a message that Exotel does not document; `closing` waits for
 * the bot to hang up.
 */
export type TurnKind =
  | 'greeting'
  | 'say'
  | 'interrupt'
  | 'digits'
  | 'backchannel'
  | 'noise'
  | 'silence'
  | 'send'
  | 'closing'
export type ExpectationKind = 'respond' | 'stop' | 'ignore'

/** The record of one simulated stream, in the order things happened. */
export type StreamEvent =
  | {
      readonly type: 'call'
      readonly atMs: 0
      readonly journalVersion: 1
      readonly startedAt: string
      readonly callSid: string
      readonly streamSid: string
      readonly scenario: string
      readonly seed: number
      readonly sampleRateHz: number
      readonly frameMs: number
      readonly clear: 'packet' | 'message'
      readonly marksOnClear: 'drop' | 'echo'
      readonly vad: {
        readonly thresholdDbfs: number
        readonly startMs: number
        readonly stopMs: number
      }
      readonly handshakeMs: number
      readonly attempts: number
      /** The parts of the handshake, as far as the socket told them; a reused name needs no DNS. */
      readonly dnsMs?: number
      readonly tcpMs?: number
      readonly tlsMs?: number
      readonly upgradeMs?: number
      readonly profile?: string
      readonly codec?: 'pcm16' | 'ulaw'
      readonly applet?: 'voicebot' | 'stream' | 'none'
      /** What sounds under all that the caller sends; absent on a quiet line. */
      readonly background?: string
    }
  /** A message of ours other than media, verbatim. */
  | {readonly type: 'sent'; readonly atMs: number; readonly text: string}
  /** A media message of ours; its audio is the left track of the recording. */
  | {
      readonly type: 'frame'
      readonly atMs: number
      readonly intendedMs: number
      readonly chunk: number
    }
  /** A message of the bot's, verbatim; `tick` counts the playout ticks that went before it. */
  | {
      readonly type: 'received'
      readonly atMs: number
      readonly tick: number
      readonly text: string
      /** The bytes of a binary message, of which `text` is only what UTF-8 makes of them. */
      readonly base64?: string
    }
  /** A media message of the bot's went into the playout; `queuedMs` is what then waited there. */
  | {
      readonly type: 'bot-audio'
      readonly atMs: number
      readonly audioMs: number
      readonly audible: boolean
      readonly queuedMs: number
    }
  | {readonly type: 'gap'; readonly atMs: number; readonly gapMs: number; readonly cause: GapCause}
  /** A `clear` of the bot's arrived. */
  | {readonly type: 'cleared'; readonly atMs: number; readonly droppedMs: number}
  | {
      readonly type: 'mark-echoed'
      readonly atMs: number
      readonly name: string
      readonly roundTripMs: number
    }
  /** The bot's speech as played, from the VAD over the track as heard; back-dated edges. */
  | {readonly type: 'bot-speech-start'; readonly atMs: number; readonly startMs: number}
  | {readonly type: 'bot-speech-end'; readonly atMs: number; readonly endMs: number}
  | {
      readonly type: 'turn-start'
      readonly atMs: number
      readonly turn: number
      readonly step: number
      readonly kind: TurnKind
      readonly label: string
      readonly expectation?: ExpectationKind
      readonly withinMs?: number
      /** After an interruption: how soon the bot has to be heard again. */
      readonly answerWithinMs?: number
      /** An answer that begins while the caller still speaks counts. */
      readonly talkOver?: 'allow'
      /** The close code that the bot has to hang up with. */
      readonly code?: number
    }
  /** The caller's own speech (or digit) in a turn: known, not detected. */
  | {
      readonly type: 'caller-speech'
      readonly atMs: number
      readonly turn: number
      readonly startMs: number
      readonly endMs: number
    }
  | {readonly type: 'turn-end'; readonly atMs: number; readonly turn: number}
  /** What the caller sent in this turn was answered by the bot, as the step wanted it. */
  | {
      readonly type: 'answered'
      readonly atMs: number
      readonly turn: number
      readonly sentMs: number
    }
  | {readonly type: 'violation'; readonly atMs: number; readonly violation: Violation}
  /** A playout tick of ours that came too late; `tick` counts those before it. */
  | {
      readonly type: 'late-tick'
      readonly atMs: number
      readonly tick: number
      readonly intendedMs: number
    }
  /** The caller hung up, in one of the ways of `ExotelEnd`; `closed` follows. */
  | {
      readonly type: 'hung-up'
      readonly atMs: number
      readonly tick: number
      readonly how: string
      readonly reason?: string
    }
  | {
      readonly type: 'closed'
      readonly atMs: number
      /** The playout ticks that went before it. */
      readonly tick?: number
      readonly closing: Closing
      readonly unheardMs: number
    }
