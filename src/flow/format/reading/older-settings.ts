import {z} from 'zod'

import {listed} from '../../../yaml-document.js'
import {type Applet, END, type Flow} from '../../flow.js'
import {foreign, say, to, url} from '../fields.js'
import {idsOf, isMapping} from '../kinds.js'
import {present} from '../present.js'

/**
 * The JSON settings of an applet that older guides show. No field of App Bazaar takes them; they are read
 * so that the checks can say what replaces each.
 */

/** The names that guides have for the URL; plain `url` counts beside a field that only they have. */
const URL_NAMES = [
  'websocket_url',
  'websocketUrl',
  'webSocketUrl',
  'stream_url',
  'streamUrl',
  'wss_url',
  'ws_url',
]

const BOTH_WAYS_NAMES = ['enable_bidirectional', 'enableBidirectional', 'bidirectional']

const TELLING_NAMES = [
  ...URL_NAMES,
  ...BOTH_WAYS_NAMES,
  'audio_format',
  'audioFormat',
  'media_format',
  'mediaFormat',
  'encoding',
  'sample_rate',
]

const TYPE_NAMES = ['type', 'applet', 'applet_type', 'appletType', 'stream_type', 'streamType']

/** Some guides put the settings of a stream under its applet. */
const WRAPPING_NAMES = ['voicebot', 'stream']

const KINDS = ['passthru', 'voicebot', 'stream', 'hangup', 'connect', 'greeting'] as const
type OlderKind = (typeof KINDS)[number]

const KIND_OF_TYPE: readonly (readonly [RegExp, OlderKind])[] = [
  [/voice-?_? ?bot|bidirectional|two-?_?way/i, 'voicebot'],
  [/stream|unidirectional|one-?_?way/i, 'stream'],
  [/^pass-?_? ?thr/i, 'passthru'],
  [/^hang-?_? ?up/i, 'hangup'],
  [/^connect(?:$|[-_ ]?applet)/i, 'connect'],
  [/^greeting/i, 'greeting'],
]

const MOST_SETTINGS = 100
const NAME = 'older settings'

const settingsSchema = foreign.check(({value, issues}) => {
  const {settings, around} = unwrapped(value)
  const name = urlNameOf(settings)
  const result = url.safeParse(name === undefined ? '' : settings[name])
  if (name !== undefined && !result.success) {
    const message = result.error.issues[0]?.message ?? ''
    issues.push({code: 'custom', input: value, message, path: [...around, name], continue: true})
  }
  if (kindOf(settings) !== 'greeting' || name !== undefined || wordsOf(settings)) return
  const message = 'say with words, or url of a sound'
  issues.push({code: 'custom', input: value, message, path: [], continue: true})
})

/** One applet's settings, or a list of such. */
export const olderSchema = z.union([
  z.array(settingsSchema).max(MOST_SETTINGS, {error: `at most ${String(MOST_SETTINGS)} settings`}),
  settingsSchema,
])

type OlderSettings = Readonly<Record<string, unknown>>

/** Whether a document is such settings, right or wrong. */
export function isOlder(document: unknown): boolean {
  if (Array.isArray(document)) return document.length > 0 && document.every(isSettings)
  return isSettings(document)
}

function isSettings(value: unknown): boolean {
  if (!isMapping(value)) return false
  if (['applets', 'flow', 'id', 'next'].some((name) => Object.hasOwn(value, name))) return false
  const {settings} = unwrapped(value)
  const has = (name: string) => Object.hasOwn(settings, name)
  const isTold = isOfStream(settings) || (has('url') && ['protocol', 'events'].some(has))
  return isTold || typeIn(settings) !== undefined
}

function isOfStream(settings: OlderSettings): boolean {
  return TELLING_NAMES.some((name) => Object.hasOwn(settings, name))
}

/** What is neither a flow nor such settings, in a sentence with what was seen and how it should look. */
export function strangerThanOlder(document: unknown): string | undefined {
  if (Array.isArray(document)) {
    const type = document.filter(isMapping).map(unknownType).find(Boolean)
    return type === undefined
      ? undefined
      : `expected a flow with name and applets, or a list of older settings, not one with ${JSON.stringify(type.slice(0, 64))}, which is none of ${listed(KINDS, 'and')}`
  }
  if (!isMapping(document)) return undefined
  const names = Object.keys(document)
  if (['name', 'applets', 'flow'].some((name) => names.includes(name))) return undefined
  const seen = names.slice(0, MOST_NAMES).map((name) => name.slice(0, 40))
  return `expected a flow with name and applets, such as {name: calls, applets: [{voicebot: {url: wss://bot.acme.in/media}}]}, not ${names.length === 0 ? 'an empty mapping' : `one with ${listed(seen, 'and')}`}`
}

const MOST_NAMES = 5

function unknownType(entry: OlderSettings): string | undefined {
  if (isSettings(entry)) return undefined
  return TYPE_NAMES.map((name) => entry[name]).find((type) => typeof type === 'string')
}

/** The settings, and what they are under. */
function unwrapped(entry: OlderSettings): {settings: OlderSettings; around: readonly string[]} {
  for (const name of WRAPPING_NAMES) {
    const {[name]: inner, ...outer} = entry
    if (isMapping(inner)) return {settings: {type: name, ...outer, ...inner}, around: [name]}
  }
  return {settings: entry, around: []}
}

/** The field that holds the URL. */
export function urlNameOf(settings: OlderSettings): string | undefined {
  return [...URL_NAMES, 'url'].find((name) => Object.hasOwn(settings, name))
}

export function flowOfOlder(given: z.output<typeof olderSchema>): Flow {
  const entries: readonly OlderSettings[] = Array.isArray(given) ? given : [given]
  const list = entries.map((entry) => unwrapped(entry).settings)
  const kinds = list.map(kindOf)
  const ids = idsOf(kinds.map((kind) => ({kind}))).map(String)
  const [{name} = {}] = list
  return {
    name: isName(name) ? name : NAME,
    applets: list.map((settings, index) => {
      const next = ids[index + 1] ?? END
      return appletOf(settings, {id: String(ids[index]), kind: kinds[index], next})
    }),
  }
}

type Placed = {readonly id: string; readonly kind: OlderKind | undefined; readonly next: string}

function appletOf(settings: OlderSettings, {id, kind, next}: Placed): Applet {
  const urlName = urlNameOf(settings)
  const given = urlName === undefined ? undefined : settings[urlName]
  const asked = present({url: typeof given === 'string' ? given : undefined})
  switch (kind) {
    case 'passthru':
      return {id, kind, ...asked, isAsync: settings['async'] === true, on200: next}
    case 'hangup':
      return {id, kind}
    case 'connect':
      return {id, kind, ...present({to: peopleOf(settings)}), record: false, next}
    case 'greeting': {
      const words = wordsOf(settings)
      return {id, kind, ...(words ? {say: words} : present({audioUrl: asked.url})), next}
    }
    case 'voicebot':
      return {...streamOf(settings, kind), id, kind, ...asked, encryptDtmf: false, next}
    default:
      return {...streamOf(settings, 'stream'), id, kind: 'stream', ...asked, next}
  }
}

function streamOf(settings: OlderSettings, kind: 'voicebot' | 'stream') {
  const type = typeIn(settings)
  const isRead = (name: string, value: unknown) =>
    name === urlNameOf(settings) ||
    (name === 'name' && isName(value)) ||
    // A type that is the name of the applet is no setting of it.
    (name === type?.name && type.kind === kind && isName(value) && /bot|^stream/i.test(value))
  const others = Object.entries(settings).filter(([name, value]) => !isRead(name, value))
  return {
    parameters: {},
    auth: {kind: 'none'} as const,
    record: false,
    foreign: Object.fromEntries(others),
  }
}

/** Whom a Connect names; what else is there is chosen in the dashboard. */
function peopleOf(settings: OlderSettings): readonly string[] | undefined {
  return to.safeParse([settings['to']].flat()).data
}

function wordsOf(settings: OlderSettings): string | undefined {
  return say.safeParse(settings['say'] ?? settings['text'] ?? settings['message']).data
}

/**
 * Guides call these the settings of a Stream applet, so it is one unless something in them says that audio
 * comes back, or that it is another applet.
 */
function kindOf(settings: OlderSettings): OlderKind {
  const said = BOTH_WAYS_NAMES.map((name) => settings[name]).find((value) => value !== undefined)
  if (said !== undefined) return said === true || said === 'true' ? 'voicebot' : 'stream'
  const {kind = 'stream'} = typeIn(settings) ?? {}
  return kind === 'voicebot' || !isOfStream(settings) ? kind : 'stream'
}

/** The first that names an applet; that of a Voicebot before others. */
function typeIn(settings: OlderSettings): {name: string; kind: OlderKind} | undefined {
  for (const [pattern, kind] of KIND_OF_TYPE) {
    const name = TYPE_NAMES.find((typeName) => {
      const type = settings[typeName]
      return typeof type === 'string' && pattern.test(type)
    })
    if (name !== undefined) return {name, kind}
  }
  return undefined
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /\S/.test(value) && value.length <= 100
}
