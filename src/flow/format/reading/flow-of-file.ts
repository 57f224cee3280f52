import {type Applet, type Auth, END, type Flow, type Next, type StreamSettings} from '../../flow.js'
import {idsOf, outlineOf} from '../kinds.js'
import {present} from '../present.js'
import type {AppletFile, FlowFile} from '../schema.js'

/** The flow that a file means: every id and every way on is there. */
export function flowOfFile({name, applets}: FlowFile): Flow {
  const ids = idsOf(applets.map(outlineOf)).map(known)
  return {
    name,
    applets: applets.map((entry, index) =>
      appletOfFile(entry, {id: known(ids[index]), behind: ids[index + 1] ?? END}),
    ),
  }
}

type Position = {
  readonly id: string
  /** The applet that is written behind it, or the end. */
  readonly behind: Next
}

function appletOfFile(entry: AppletFile, {id, behind}: Position): Applet {
  if (entry === 'hangup' || 'hangup' in entry) return {id, kind: 'hangup'}
  if ('passthru' in entry) {
    const {async: isAsync = false, on200 = behind, ...asked} = entry.passthru ?? {}
    return {id, kind: 'passthru', ...present(asked), isAsync, on200}
  }
  if ('connectVoiceAi' in entry) {
    const {statusCallback, timeLimitSeconds, ...settings} = entry.connectVoiceAi ?? {}
    const call = present({statusCallback, timeLimitSeconds})
    return {id, kind: 'connect-voice-ai', ...streamSettings(settings), ...call}
  }
  return followedApplet(entry, {id, next: entry.next ?? behind})
}

type FollowedFile = Exclude<
  AppletFile,
  'hangup' | {hangup: unknown} | {passthru: unknown} | {connectVoiceAi: unknown}
>

type Followed = {readonly id: string; readonly next: Next}
type StreamAppletFile = NonNullable<Extract<AppletFile, {stream: unknown}>['stream']>

function followedApplet(entry: FollowedFile, named: Followed): Applet {
  if ('greeting' in entry) return {...named, kind: 'greeting', ...present(entry.greeting)}
  if ('gather' in entry) return {...named, kind: 'gather', ...present(entry.gather ?? {})}
  if ('connect' in entry) {
    const {record = false, ...whom} = entry.connect ?? {}
    return {...named, kind: 'connect', ...present(whom), record}
  }
  if ('voicebot' in entry) {
    const {encryptDtmf = false, ...settings} = entry.voicebot ?? {}
    return {...named, kind: 'voicebot', ...streamSettings(settings), encryptDtmf}
  }
  return streamApplet(entry.stream ?? {}, named)
}

function streamApplet({action, encryptDtmf, ...others}: StreamAppletFile, named: Followed): Applet {
  if (action === 'stop') return {...named, kind: 'stream-stop'}
  // What is off asks for nothing.
  const settings = encryptDtmf === false ? others : {...others, ...present({encryptDtmf})}
  return {...named, kind: 'stream', ...streamSettings(settings)}
}

type StreamFile = Omit<
  NonNullable<Extract<AppletFile, {voicebot: unknown}>['voicebot']>,
  'encryptDtmf'
>

/** Whatever is none of ours is what older guides name. */
function streamSettings({
  url,
  sampleRate: sampleRateHz,
  parameters = {},
  auth,
  record = false,
  foreign,
  ...older
}: StreamFile): StreamSettings {
  return {
    ...present({url, sampleRateHz}),
    parameters,
    auth: authOfFile(auth),
    record,
    foreign: {...older, ...foreign},
  }
}

function authOfFile(auth: StreamFile['auth'] = 'none'): Auth {
  return typeof auth === 'string'
    ? {kind: auth}
    : {kind: 'basic', keyVariable: auth.key, tokenVariable: auth.token}
}

/** An applet of the schema has one kind, and so an id. */
function known(id: string | undefined): string {
  if (id === undefined) throw new TypeError('an applet without an id')
  return id
}
