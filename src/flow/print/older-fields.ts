import {isStreaming, type Flow} from '../flow.js'

/** What older guides name, and no field of the dashboard is. */
export type OlderField = {
  readonly names: readonly string[]
  /** What does its work. */
  readonly instead: string
  /** What of it stands in the file of this flow. */
  readonly inFile?: readonly string[]
}

const FIELDS: readonly Omit<OlderField, 'inFile'>[] = [
  {
    names: ['Protocol'],
    instead: 'Nothing. There is one: JSON over a WebSocket, with the audio in base64.',
  },
  {
    names: ['Encoding', 'audio_format'],
    instead:
      'Nothing. The audio is 16-bit linear PCM, little-endian, mono; "mulaw" there changes nothing.',
  },
  {
    names: ['sample_rate'],
    instead: 'sample-rate=8000, 16000 or 24000 in the query of the URL.',
  },
  {
    names: ['media_format'],
    instead: 'The rate in the URL; what came of it is in start.media_format of each call.',
  },
  {
    names: ['Events'],
    instead: 'Nothing. Every stream sends connected, start, media and stop, and dtmf as pressed.',
  },
  {
    names: ['enable_bidirectional'],
    instead:
      'The choice of the applet: Voicebot goes both ways, Stream only listens. Of the API it is StreamType.',
  },
]

/** developer.exotel.com, passthru-applet-guide; support.exotel.com 48283 knows none of them. */
const OF_PASSTHRU: OlderField = {
  names: ['HTTP Method', 'Timeout'],
  instead: 'Of a Passthru: Exotel asks by GET. Choose GET where your dashboard has such a field.',
}

/** All of them, whoever asks: a reader of an older guide looks for them. */
export function olderFields({applets}: Flow): readonly OlderField[] {
  const written = new Set(applets.filter(isStreaming).flatMap(({foreign}) => Object.keys(foreign)))
  const hasPassthru = applets.some(({kind}) => kind === 'passthru')
  return [...FIELDS, ...(hasPassthru ? [OF_PASSTHRU] : [])].map((field) => {
    const names = field.names.map((name) => name.toLowerCase())
    const inFile = [...written].filter((name) => names.includes(name.toLowerCase()))
    return inFile.length === 0 ? field : {...field, inFile}
  })
}
