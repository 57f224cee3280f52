import type {SampleRateHz} from '../protocol/messages.js'
import {
  type Applet,
  type Auth,
  END,
  type Flow,
  type Next,
  type PassthruApplet,
  type StreamSettings,
} from './flow.js'

/** The environment variables of the bot's key and token, where nobody names others. */
export const USUAL_AUTH = {
  kind: 'basic',
  keyVariable: 'BOT_KEY',
  tokenVariable: 'BOT_TOKEN',
} as const

export type Use = 'voicebot' | 'stream' | 'connect-voice-ai'

/** What somebody wants of a call, from the flags of `print` or the interview of `init`. */
export type Wish = {
  readonly use: Use
  readonly name?: string
  /** Of the bot: `ws(s)://`, or a dynamic `http(s)://`; absent where the public host is not known yet. */
  readonly url?: string
  /** Asked before the stream and after it; without one there is no Passthru. */
  readonly passthru?: Passthrus
  readonly sampleRateHz: SampleRateHz
  readonly parameters: Readonly<Record<string, string>>
  readonly auth: Auth
  readonly record: boolean
  /** Said before the bot answers. */
  readonly greeting?: string
  /** What follows the bot; of a flow with a Passthru behind the bot, what its 302 leads to. */
  readonly afterwards: 'hangup' | 'connect'
  /** Whom to connect to; absent where they are yet to be chosen in the dashboard. */
  readonly connectTo?: readonly string[]
  readonly statusCallback?: string
}

/** The URLs of the Passthru applets; absent where their public host is not known yet. */
export type Passthrus = {
  readonly before?: {readonly url?: string}
  readonly after?: {readonly url?: string}
}

/** The flow that does what is wished: Passthru → Voicebot → Passthru → Hangup or Connect, or less. */
export function makeFlow(wish: Wish): Flow {
  const {use, name = `${use} flow`} = wish
  return {name, applets: use === 'connect-voice-ai' ? [directCall(wish)] : appletsOf(wish)}
}

function directCall(wish: Wish): Applet {
  const {statusCallback} = wish
  return {
    id: 'call',
    kind: 'connect-voice-ai',
    ...settingsOf(wish),
    ...(statusCallback === undefined ? {} : {statusCallback}),
  }
}

function appletsOf(wish: Wish): readonly Applet[] {
  return wish.use === 'stream' ? listening(wish) : talking(wish)
}

/** The flow waits for the end of the stream, and a Passthru behind it may send the call to people. */
function talking(wish: Wish): readonly Applet[] {
  const {passthru: {after} = {}, afterwards} = wish
  const toPeople = afterwards === 'connect'
  const next = after ? 'after' : afterwards
  const branch = toPeople ? {on302: 'connect'} : {}
  return [
    ...beforeBot(wish),
    {id: BOT, kind: 'voicebot', ...settingsOf(wish), encryptDtmf: false, next},
    ...(after ? [passthru('after', after, {isAsync: !toPeople, on200: 'hangup', ...branch})] : []),
    ...(after || !toPeople ? [HANGUP] : []),
    ...(toPeople ? [connect(wish, END)] : []),
  ]
}

/** The flow goes on at once: what the call is about comes behind the stream, and then the news of it. */
function listening(wish: Wish): readonly Applet[] {
  const {passthru: {after} = {}} = wish
  return [
    ...beforeBot(wish),
    {id: BOT, kind: 'stream', ...settingsOf(wish), next: 'connect'},
    connect(wish, after ? 'after' : 'hangup'),
    ...(after ? [passthru('after', after, {isAsync: true, on200: 'hangup'})] : []),
    HANGUP,
  ]
}

const BOT = 'bot'
const HANGUP: Applet = {id: 'hangup', kind: 'hangup'}

function beforeBot({greeting: say, passthru: {before} = {}}: Wish): readonly Applet[] {
  return [
    ...(say === undefined
      ? []
      : [{id: 'greeting', kind: 'greeting' as const, say, next: before ? 'before' : BOT}]),
    ...(before ? [passthru('before', before, {isAsync: false, on200: BOT})] : []),
  ]
}

function passthru(
  id: string,
  asked: {readonly url?: string},
  ways: Pick<PassthruApplet, 'isAsync' | 'on200' | 'on302'>,
): Applet {
  return {id, kind: 'passthru', ...asked, ...ways}
}

function connect({connectTo: to}: Wish, next: Next): Applet {
  return {id: 'connect', kind: 'connect', ...(to === undefined ? {} : {to}), record: false, next}
}

function settingsOf({url, sampleRateHz, parameters, auth, record}: Wish): StreamSettings {
  return {
    ...(url === undefined ? {} : {url}),
    sampleRateHz,
    parameters,
    auth,
    record,
    foreign: {},
  }
}
