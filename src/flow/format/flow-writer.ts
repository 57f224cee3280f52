import {Document} from 'yaml'

import {type Applet, type Auth, END, type Flow, type StreamSettings} from '../flow.js'
import {commentOf} from './comments.js'
import {idsOf, type KindKey} from './kinds.js'
import {present} from './present.js'

type Fields = Readonly<Record<string, unknown>>

/** The flow in the shape of its file, as short as it can be: what is there unless said is left out. */
export function flowDocument({name, applets}: Flow): object {
  const implied = impliedIds(applets)
  return {
    name,
    applets: applets.map((applet, index) =>
      entryOf(applet, {isImplied: implied.has(applet.id), behind: applets[index + 1]?.id ?? END}),
    ),
  }
}

/** The file itself: YAML, with a comment on each applet that its name does not explain. */
export function writeFlow(flow: Flow): string {
  const document = new Document(flowDocument(flow))
  document.commentBefore =
    ' A call begins at the first applet, and goes on downwards unless one names another.'
  flow.applets.forEach((applet, index) => {
    const node = document.getIn(['applets', index], true)
    const comment = commentOf(applet, flow)
    if (comment === undefined || typeof node !== 'object' || node === null) return
    Object.assign(node, {commentBefore: ` ${comment}`})
  })
  return document.toString({lineWidth: 100, nullStr: '', singleQuote: true})
}

/** The ids that a reader would give by itself. */
function impliedIds(applets: readonly Applet[]): ReadonlySet<string> {
  const named = new Set<string>()
  for (;;) {
    const outlines = applets.map(({id, kind}) => ({kind, ...(named.has(id) ? {id} : {})}))
    const given = idsOf(outlines)
    // One at a time: with its id known, those behind it may be right.
    const wrong = applets.find(({id}, index) => id !== given[index])
    if (!wrong) return new Set(applets.map(({id}) => id).filter((id) => !named.has(id)))
    named.add(wrong.id)
  }
}

type Written = {
  readonly isImplied: boolean
  /** What follows unless said. */
  readonly behind: string
}

function entryOf(applet: Applet, {isImplied, behind}: Written): unknown {
  if (applet.kind === 'hangup' && isImplied) return 'hangup'
  const [key, settings] = settingsOf(applet, behind)
  return {
    ...(isImplied ? {} : {id: applet.id}),
    [key]: Object.keys(settings).length === 0 ? null : settings,
    ...('next' in applet && applet.next !== behind ? {next: applet.next} : {}),
  }
}

function settingsOf(applet: Applet, behind: string): readonly [KindKey, Fields] {
  switch (applet.kind) {
    case 'greeting':
      return ['greeting', present({say: applet.say, audioUrl: applet.audioUrl})]
    case 'passthru': {
      const {url, isAsync, on200, on302} = applet
      const isNext = on200 === behind
      return [
        'passthru',
        present({url, async: ifOn(isAsync), on200: isNext ? undefined : on200, on302}),
      ]
    }
    case 'voicebot':
      return ['voicebot', present({...streamFields(applet), encryptDtmf: ifOn(applet.encryptDtmf)})]
    case 'stream':
      return ['stream', streamFields(applet)]
    case 'stream-stop':
      return ['stream', {action: 'stop'}]
    case 'gather': {
      const {say, maxDigits, finishOnKey, timeoutSeconds} = applet
      return ['gather', present({say, maxDigits, finishOnKey, timeoutSeconds})]
    }
    case 'connect': {
      const {to, url, record} = applet
      return ['connect', present({to, url, record: ifOn(record)})]
    }
    case 'hangup':
      return ['hangup', {}]
    case 'connect-voice-ai': {
      const {statusCallback, timeLimitSeconds} = applet
      return [
        'connectVoiceAi',
        present({...streamFields(applet), statusCallback, timeLimitSeconds}),
      ]
    }
  }
}

function streamFields({url, sampleRateHz, parameters, auth, record, foreign}: StreamSettings) {
  return present({
    url,
    sampleRate: sampleRateHz,
    parameters: filled(parameters),
    auth: authField(auth),
    record: ifOn(record),
    foreign: filled(foreign),
  })
}

function authField(auth: Auth): Fields | string | undefined {
  if (auth.kind === 'none') return undefined
  return auth.kind === 'basic' ? {key: auth.keyVariable, token: auth.tokenVariable} : auth.kind
}

/** Off is what is there unless said. */
function ifOn(isOn: boolean): true | undefined {
  return isOn ? true : undefined
}

function filled(fields: Fields): Fields | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields
}
