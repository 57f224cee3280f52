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
      : leftOut('Record', 'The call is not recorded.'),
    leftOut('RecordingChannels', 'Of a recording: single or dual.'),
    timeLimitSeconds === undefined
      ? leftOut('TimeLimit', 'In seconds; at most 14400.')
      : {label: 'TimeLimit', action: 'enter', value: String(timeLimitSeconds)},
    leftOut('TimeOut', 'In seconds: how long it rings.'),
    leftOut('CallType', 'Or trans, for a transactional call.'),
    statusCallback(applet, unusable),
    leftOut('StatusCallbackEvents[]', 'Of StatusCallback: terminal, answered, ringing.'),
    leftOut('StreamName', 'Or up to 32 characters.'),
    leftOut('CustomField', 'Or up to 128 characters, which the status callback repeats.'),
    leftOut('Url', 'It names a flow; with StreamUrl it must not be there.'),
  ]
}

function leftOut(label: string, why: string): SettingsField {
  return {label, action: 'leave out', why: [why]}
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
  return leftOut(label, 'Nobody is told of the end of the call.')
}
