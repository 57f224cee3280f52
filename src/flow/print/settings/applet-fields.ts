import type {
  Applet,
  ConnectApplet,
  Flow,
  GatherApplet,
  GreetingApplet,
  Next,
  PassthruApplet,
} from '../../flow.js'
import {END, isStreaming} from '../../flow.js'
import {appletOf, reachable, reachableFrom} from '../../graph.js'
import {nameOf} from '../diagram.js'
import {directCallFields} from './direct-call.js'
import {nextField, type SettingsField, tickField} from './field.js'
import type {Unusable} from './printable-flow.js'
import {httpUrlField, missingField, streamUrlField, whyMissing} from './url-field.js'

export type FieldsOf<T extends Applet> = (
  applet: T,
  flow: Flow,
  unusable: readonly Unusable[],
) => readonly SettingsField[]

/** The fields of an applet in the order of the dashboard. */
export function fieldsOf(
  applet: Applet,
  flow: Flow,
  unusable: readonly Unusable[],
): readonly SettingsField[] {
  switch (applet.kind) {
    case 'greeting':
      return greeting(applet, flow, unusable)
    case 'passthru':
      return passthru(applet, flow, unusable)
    case 'voicebot':
      return [
        streamUrlField(applet, 'URL', unusable),
        recordField(applet.record),
        tickField('Encrypt DTMF', applet.encryptDtmf, ENCRYPT[applet.encryptDtmf ? 'on' : 'off']),
        nextField(flow, applet.next),
      ]
    case 'stream':
      return [
        {label: 'Action', action: 'choose', value: 'Start'},
        streamUrlField(applet, 'URL', unusable),
        nextField(flow, applet.next),
      ]
    case 'stream-stop':
      return [
        {label: 'Action', action: 'choose', value: 'Stop'},
        {label: 'URL', action: 'leave empty'},
        nextField(flow, applet.next),
      ]
    case 'gather':
      return gather(applet, flow, unusable)
    case 'connect':
      return connect(applet, flow, unusable)
    case 'hangup':
      return []
    case 'connect-voice-ai':
      return directCallFields(applet, unusable)
  }
}

const ENCRYPT = {
  on: 'The digits reach the bot encrypted.',
  off: 'The bot gets the digits as they are pressed.',
}

function recordField(isTicked: boolean): SettingsField {
  const why = 'A Passthru behind it is then told of the recording, as Stream[RecordingUrl].'
  return tickField('Record', isTicked, isTicked ? why : undefined)
}

/** developer.exotel.com, setting-up-call-flow */
const greeting: FieldsOf<GreetingApplet> = ({say, audioUrl, next}, flow, unusable) => {
  const fields: SettingsField[] = []
  if (say !== undefined) {
    fields.push({label: 'Text to speech', action: 'enter', value: say})
  }
  if (audioUrl !== undefined) {
    const why = 'Upload this sound: a WAV file of 8000 Hz, mono.'
    fields.push(httpUrlField({label: 'Audio', url: audioUrl, why}))
  }
  if (fields.length === 0) {
    const isGiven = unusable.some(({label}) => label === 'Audio')
    const why = isGiven ? whyMissing(unusable, 'Audio') : 'The words to say, or a sound.'
    fields.push(missingField('Audio', why))
  }
  return [...fields, nextField(flow, next)]
}

/** support.exotel.com 48283 and 3000132269 */
const passthru: FieldsOf<PassthruApplet> = (applet, flow, unusable) => {
  const {url, isAsync, on200, on302} = applet
  const isAfter = flow.applets.some(
    (one) => isStreaming(one) && reachableFrom(flow, one).has(applet),
  )
  const told = isAfter ? ', and of the stream as Stream[...]' : ''
  const why = `Exotel asks it by GET, with the details of the call${told}.`
  return [
    url === undefined
      ? missingField('URL', whyMissing(unusable, 'URL'))
      : withWhy(httpUrlField({label: 'URL', url, why}), credentialsNote(flow)),
    tickField(
      'Make Passthru Async',
      isAsync,
      isAsync
        ? 'The caller does not wait, and the answer chooses nothing.'
        : 'The caller waits for the answer: 200 and 302 choose what follows.',
    ),
    ...(isAsync
      ? [nextField(flow, on200)]
      : [nextField(flow, on200, '200 OK'), branchField(flow, on302 ?? END, isAfter)]),
  ]
}

/** Nobody but the handler takes it. */
function branchField(flow: Flow, on302: Next, isAfter: boolean): SettingsField {
  const field = nextField(flow, on302, '302 Found')
  if (field.action !== 'choose') return field
  const example = isAfter ? ', for example where Stream[Status] is failed' : ''
  const why = `Your Passthru handler decides: it answers 302${example}, and else 200. --as handler prints one.`
  return {...field, why: [why]}
}

function withWhy(field: SettingsField, words: readonly string[]): SettingsField {
  return {...field, why: [...(field.why ?? []), ...words]}
}

/** The credentials of a stream are not those of the flow. */
function credentialsNote({applets}: Flow): readonly string[] {
  const isBasic = applets.some((one) => isStreaming(one) && one.auth.kind === 'basic')
  return isBasic
    ? [
        'It has no credentials here: exostream serve with --basic-auth answers 401 unless KEY:TOKEN@, your own, stands before its host too.',
      ]
    : []
}

/** docs.exotel.com, gather-applet: the labels inside "Key Input behaviour" are on no public page. */
const gather: FieldsOf<GatherApplet> = (applet, flow) => {
  const {say, maxDigits, finishOnKey, timeoutSeconds, next} = applet
  const keys = [
    ...(maxDigits === undefined ? [] : [`at most ${String(maxDigits)} digits`]),
    ...(finishOnKey === undefined ? [] : [`finished by ${finishOnKey}`]),
    ...(timeoutSeconds === undefined ? [] : [`wait ${String(timeoutSeconds)} s`]),
  ].join(', ')
  return [
    say === undefined
      ? {label: 'Prompt', action: 'leave empty'}
      : {label: 'Prompt', action: 'enter', value: say},
    keys === ''
      ? {
          label: 'Key Input behaviour',
          action: 'leave empty',
          why: ['This flow sets nothing of it.'],
        }
      : {label: 'Key Input behaviour', action: 'enter', value: keys},
    {label: 'Primary URL', action: 'leave empty', why: ['It is set in the flow builder.']},
    nextField(flow, next),
  ]
}

/** support.exotel.com 3000088074 and 3000096873 */
const connect: FieldsOf<ConnectApplet> = ({to, url, record, next}, flow, unusable) => {
  const isGiven = unusable.some(({label}) => label === 'Primary URL')
  return [
    ...dialWhom({to, url}),
    ...(isGiven ? [missingField('Primary URL', whyMissing(unusable, 'Primary URL'))] : []),
    tickField('Record', record),
    nextField(flow, next),
  ]
}

function dialWhom({to, url}: {to: readonly string[] | undefined; url: string | undefined}) {
  const fields: SettingsField[] = []
  const numbers = to?.filter((whom) => NUMBER.test(whom)) ?? []
  const others = to?.filter((whom) => !NUMBER.test(whom)) ?? []
  const label = 'Dial Whom'
  if (others.length > 0) fields.push({label, action: 'choose', value: others.join(', ')})
  if (numbers.length > 0) fields.push({label, action: 'enter', value: numbers.join(', ')})
  if (url !== undefined) {
    const why = 'Exotel asks it by GET, with Exotel-Version: 1.0, whom to connect to.'
    fields.push(httpUrlField({label: 'Primary URL', url, why}))
  }
  return fields.length > 0
    ? fields
    : [missingField('Dial Whom', 'The numbers, users or group that are to be rung.')]
}

/** A number is entered, a user or a group chosen. */
const NUMBER = /^\+?\d[\d\s()-]*$/

/** What is most often wrong with it. */
export function noteOf(applet: Applet, flow: Flow): string | undefined {
  if (applet.kind === 'hangup') return 'It has no fields.'
  if (applet.kind === 'stream' && applet.record) {
    return "Record is the Voicebot's, and this applet has no such field: your own server records what it hears."
  }
  if (applet.kind !== 'passthru') return undefined
  const next = appletOf(flow, applet.on200)
  if (next && isStreaming(next)) {
    return `Its 200 has to lead to ${nameOf(next)}: where it leads nowhere, the call ends before the bot.`
  }
  const met = reachable(flow)
  const missed = flow.applets.find((one) => isStreaming(one) && !met.has(one))
  return next || !missed
    ? undefined
    : `Its 200 leads nowhere, so that no call comes to ${nameOf(missed)}: choose that for 200 OK.`
}
