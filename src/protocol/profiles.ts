import type {AnnouncedFormat, SampleRateHz} from './messages.js'

export type Casing = 'snake' | 'camel'

/** A way of writing the protocol that is documented or was observed. */
export type Profile = {
  readonly id: string
  readonly description: string
  /** How `sequence_number` and `chunk` are written; `timestamp` is text in every source. */
  readonly numbers: 'strings' | 'numbers'
  readonly casing: Casing
  /** Whether each message ends in a newline. */
  readonly newline: boolean
  /** Whether `connected` carries a protocol and a version. */
  readonly connectedVersion: boolean
  /** `media_format.encoding`, as `start` announces it. */
  readonly encoding: string
  /** What the payload really is. */
  readonly codec: 'pcm16' | 'ulaw'
  readonly frameMs: 20 | 100
  readonly sampleRateHz: SampleRateHz
  /** `media_format.bit_rate`. */
  readonly bitRate: string
  /** Whether `start` carries the format a second time, beside the object that should hold it. */
  readonly formatBesideStart: boolean
  /** Whether messages travel as binary frames. */
  readonly isBinary: boolean
  /** Whether frames in which the caller is silent are sent; the timestamps count on without them. */
  readonly silence: 'sent' | 'suppressed'
  /** Whether what Exotel sends comes late, in bursts, with losses. */
  readonly network: 'clean' | 'rough'
  /** The applet of the flow; none when Connect Voice AI places the call without a flow. */
  readonly applet: 'voicebot' | 'stream' | 'none'
}

export type ProfileId =
  | 'docs-strings'
  | 'docs-numbers'
  | '100ms'
  | '16k'
  | '24k'
  | 'connect-voice-ai'
  | 'stream-applet'
  | 'camel-mulaw'
  | 'legacy-connected-version'
  | 'suppress-silence'
  | 'rough-network'

/** What an id changes; everything else is as in `docs-strings`. */
type Changes = {readonly description: string} & Partial<Omit<Profile, 'id' | 'description'>>

const docsStrings: Profile = {
  id: 'docs-strings',
  description: 'as the protocol page writes it: numbers in quotes, 20 ms of PCM at 8 kHz a message',
  numbers: 'strings',
  casing: 'snake',
  newline: true,
  connectedVersion: false,
  encoding: 'audio/x-raw',
  codec: 'pcm16',
  frameMs: 20,
  sampleRateHz: 8000,
  bitRate: '16',
  formatBesideStart: false,
  isBinary: false,
  silence: 'sent',
  network: 'clean',
  applet: 'voicebot',
}

const changes: Readonly<Record<ProfileId, Changes>> = {
  'docs-strings': {description: docsStrings.description},
  'docs-numbers': {
    description: 'as the developer guide writes it: counters as JSON numbers',
    numbers: 'numbers',
  },
  '100ms': {description: '100 ms of audio a message', frameMs: 100},
  '16k': {description: 'audio at 16 kHz', sampleRateHz: 16_000},
  '24k': {description: 'audio at 24 kHz', sampleRateHz: 24_000},
  'connect-voice-ai': {description: 'a call without a flow: it ends with the bot', applet: 'none'},
  'stream-applet': {
    description: 'a Stream applet: the bot may only listen, and no digits or marks come',
    applet: 'stream',
  },
  'camel-mulaw': {
    description:
      'camelCase keys and mu-law audio, as the Legs API names it; the format in start and beside it',
    formatBesideStart: true,
    casing: 'camel',
    encoding: 'audio/x-mulaw',
    codec: 'ulaw',
    bitRate: '8',
  },
  'legacy-connected-version': {
    description: "as Exotel's browser client: connected with a version, no newline",
    connectedVersion: true,
    newline: false,
  },
  'suppress-silence': {
    description: 'frames come only while the caller speaks, and 200 ms longer',
    silence: 'suppressed',
  },
  'rough-network': {
    description:
      'jitter to 40 ms, stalls of 200-500 ms and then a burst, lost frames; one call in ten breaks off at its end',
    network: 'rough',
  },
}

// The cast restores the keys, which Object.entries forgets.
export const profiles = Object.fromEntries(
  Object.entries(changes).map(([id, change]) => [
    id,
    Object.freeze<Profile>({...docsStrings, ...change, id}),
  ]),
) as Readonly<Record<ProfileId, Profile>>

/**
 * One profile out of several. Two that change the same thing differently are a RangeError, and so
 * is mu-law at another rate than 8 kHz.
 */
export function combineProfiles(ids: readonly ProfileId[]): Profile {
  const chosen = ids.filter((id) => id !== 'docs-strings')
  if (chosen.length === 0) return profiles['docs-strings']
  refuseConflicts(chosen)
  const combined: Profile = {
    ...chosen.reduce<Profile>((merged, id) => ({...merged, ...changes[id]}), docsStrings),
    id: chosen.join('+'),
    description: chosen.map((id) => changes[id].description).join('; '),
  }
  if (combined.codec === 'ulaw' && combined.sampleRateHz !== 8000)
    throw new RangeError(`mu-law is at 8000 Hz, not at ${combined.sampleRateHz} Hz`)
  return combined
}

function refuseConflicts(ids: readonly ProfileId[]): void {
  const changedBy = new Map<string, {value: unknown; id: ProfileId}>()
  for (const id of ids) {
    for (const [field, value] of Object.entries(changes[id])) {
      const earlier = changedBy.get(field)
      if (field !== 'description' && earlier && earlier.value !== value)
        throw new RangeError(`the profiles ${earlier.id} and ${id} both change ${field}`)
      changedBy.set(field, {value, id})
    }
  }
}

/** What `start` says of the audio in this profile. */
export function announcedFormat({encoding, sampleRateHz, bitRate}: Profile): AnnouncedFormat {
  return {encoding, sampleRateHz, bitRate}
}
