import type {SampleRateHz} from '../protocol/messages.js'

/**
 * A call flow as it is clicked together in App Bazaar, as data. Exotel has no API for flows, so this is
 * ours: `flow.yaml` is its file, and `print`, `check` and `simulate --flow` read nothing else.
 */
export type Flow = {
  readonly name: string
  /** A call begins at the first; each names the next. */
  readonly applets: readonly Applet[]
}

export type Applet =
  | GreetingApplet
  | PassthruApplet
  | VoicebotApplet
  | StreamApplet
  | StreamStopApplet
  | GatherApplet
  | ConnectApplet
  | HangupApplet
  | ConnectVoiceAi

export type AppletKind = Applet['kind']

/** The id of an applet, or `end`: nothing follows, and the call is over. */
export type Next = string

export const END = 'end'

type Named = {
  /** As the file names it, else the kind and a number: `passthru`, `passthru-2`. Unique in the flow, and never `end`. */
  readonly id: string
}

type Followed = Named & {
  /** The applet that is written behind it, where the file names none. */
  readonly next: Next
}

/** Plays words or a sound, then goes on. */
export type GreetingApplet = Followed & {
  readonly kind: 'greeting'
  readonly say?: string
  /** The http(s) URL of a sound, instead of words. */
  readonly audioUrl?: string
}

/**
 * Asks a URL by GET with the details of the call; behind a stream also with `Stream[...]`
 * (support.exotel.com 3000132269).
 */
export type PassthruApplet = Named & {
  readonly kind: 'passthru'
  readonly url?: string
  /** "Make Passthru Async": the flow waits for no answer, and takes the branch of 200. */
  readonly isAsync: boolean
  /** The branch of 200: the applet that is written behind it, where the file names none. */
  readonly on200: Next
  /** The branch of 302; absent where nothing is chosen there, and then the call ends. */
  readonly on302?: Next
}

/** What the applets that open a stream have in common. */
export type StreamSettings = {
  /**
   * As it is written: `ws(s)://`, or the `http(s)://` URL that is asked once a call. Absent where the
   * public host is not known yet.
   */
  readonly url?: string
  /** Of a dynamic URL: what the endpoint has to put into its answer. Absent where the file has none. */
  readonly sampleRateHz?: SampleRateHz
  /** Custom parameters, which go into the query beside those that the URL has. */
  readonly parameters: Readonly<Record<string, string>>
  readonly auth: Auth
  readonly record: boolean
  /** What older guides name and the dashboard does not have, as it is written: `encoding`, `events`, … */
  readonly foreign: Readonly<Record<string, unknown>>
}

/** How the bot knows that it is Exotel who calls. */
export type Auth =
  | {readonly kind: 'none'}
  /** Mail hello@exotel.com for the ranges (docs.exotel.com, voicebot-applet). */
  | {readonly kind: 'ip-allow-list'}
  /** `wss://KEY:TOKEN@host`; the file names the environment variables that hold the two, never the two. */
  | {readonly kind: 'basic'; readonly keyVariable: string; readonly tokenVariable: string}

/** The stream goes both ways, and the flow waits for its end. */
export type VoicebotApplet = Followed &
  StreamSettings & {
    readonly kind: 'voicebot'
    /** Digits are encrypted on their way. */
    readonly encryptDtmf: boolean
  }

/** The caller's audio goes out, nothing comes back, and the flow goes on at once. */
export type StreamApplet = Followed & StreamSettings & {readonly kind: 'stream'}

/** Ends the stream that a Stream applet began. */
export type StreamStopApplet = Followed & {readonly kind: 'stream-stop'}

/** Collects digits; a Passthru behind it is told of them. */
export type GatherApplet = Followed & {
  readonly kind: 'gather'
  readonly say?: string
  readonly maxDigits?: number
  readonly finishOnKey?: string
  readonly timeoutSeconds?: number
}

/** Connects the caller to people. */
export type ConnectApplet = Followed & {
  readonly kind: 'connect'
  /** Numbers, users or a group, as chosen in the dashboard; absent where they are yet to be chosen. */
  readonly to?: readonly string[]
  /** The http(s) URL that is asked whom to connect to (support.exotel.com 3000096873). */
  readonly url?: string
  readonly record: boolean
}

export type HangupApplet = Named & {readonly kind: 'hangup'}

/** No flow at all: the API places the call and opens the stream itself. It stands alone. */
export type ConnectVoiceAi = Named &
  StreamSettings & {
    readonly kind: 'connect-voice-ai'
    readonly statusCallback?: string
    /** The whole call, at most 14400 (developer.exotel.com, connect-voice-ai). */
    readonly timeLimitSeconds?: number
  }

/** The applets that open a stream. */
export type StreamingApplet = VoicebotApplet | StreamApplet | ConnectVoiceAi

export function isStreaming(applet: Applet): applet is StreamingApplet {
  return ['voicebot', 'stream', 'connect-voice-ai'].includes(applet.kind)
}
