import {isStreaming, type Flow} from '../../flow.js'

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
    names: ['Protocol', 'Events'],
    instead:
      'Nothing. There is one protocol, JSON with the audio in base64, and every stream sends connected, start, media and stop, and dtmf as pressed.',
  },
  {
    names: ['Encoding', 'audio_format'],
    instead:
      "Nothing. Exotel's streams carry 16-bit linear PCM, little-endian, mono: a bot made for mulaw hears and plays noise.",
  },
  {
    names: ['sample_rate', 'media_format'],
    instead:
      'sample-rate=8000, 16000 or 24000 in the query of the URL; what came of it is in start.media_format of each call.',
  },
  {
    names: ['enable_bidirectional'],
    instead:
      'The choice of the applet: Voicebot goes both ways, Stream only listens. Of the API it is StreamType.',
  },
  {
    // developer.exotel.com/docs/agentstream/stream-voicebot-extension, marked as beta.
    names: ['MediaFormat', 'Track', 'tracks'],
    instead:
      'Here sources disagree: one guide of Exotel, marked beta, has these fields, with mulaw as the default; its other pages have none of them. Where your applet shows MediaFormat, choose audio/L16 with the rate of the URL.',
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
