import {MAX_STREAM_URL_CHARACTERS} from '../../../protocol/limits.js'
import type {ConnectVoiceAi} from '../../flow.js'
import type {SettingsField} from './field.js'
import type {Unusable} from './printable-flow.js'
import {httpUrlField, missingField, streamUrlField, whyMissing} from './url-field.js'

/** The form of the API call that needs no flow (developer.exotel.com, connect-voice-ai). */
export function directCallFields(
  applet: ConnectVoiceAi,
  unusable: readonly Unusable[],
): readonly SettingsField[] {
  const {record, timeLimitSeconds} = applet
  const streamUrl = streamUrlField(applet, 'StreamUrl', unusable)
  return [
    missingField('From', 'The number that is called, with its country code.'),
    missingField('CallerId', 'Your ExoPhone.'),
    {...streamUrl, why: [...(streamUrl.why ?? []), ...lengthNote(streamUrl)]},
    {label: 'StreamType', action: 'enter', value: 'bidirectional'},
    record
      ? {label: 'Record', action: 'enter', value: 'true'}
      : {label: 'Record', action: 'leave out', why: ['The call is not recorded.']},
    timeLimitSeconds === undefined
      ? {label: 'TimeLimit', action: 'leave out', why: ['In seconds; at most 14400.']}
      : {label: 'TimeLimit', action: 'enter', value: String(timeLimitSeconds)},
    statusCallback(applet, unusable),
    {
      label: 'CustomField',
      action: 'leave out',
      why: ['Or up to 128 characters of your own, which the status callback repeats.'],
    },
    {
      label: 'Url',
      action: 'leave out',
      why: ['It names a flow; with StreamUrl it must not be there.'],
    },
  ]
}

function lengthNote({value}: SettingsField): readonly string[] {
  if (value === undefined) return []
  const most = String(MAX_STREAM_URL_CHARACTERS)
  return [`It must have fewer than ${most} characters; this one has ${String(value.length)}.`]
}

function statusCallback(
  {statusCallback: url}: ConnectVoiceAi,
  unusable: readonly Unusable[],
): SettingsField {
  const label = 'StatusCallback'
  if (url !== undefined) {
    return httpUrlField({label, url, why: 'Exotel posts to it how the call ended.'})
  }
  if (unusable.some((one) => one.label === label)) {
    return missingField(label, whyMissing(unusable, label))
  }
  return {label, action: 'leave out', why: ['Nobody is told of the end of the call.']}
}
