import {z} from 'zod'

import {type Applet, END, type Flow} from '../flow.js'
import {foreign, url} from './fields.js'
import {idsOf, isMapping} from './kinds.js'

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

const MOST_SETTINGS = 100
const NAME = 'older settings'

const settingsSchema = foreign.check(({value, issues}) => {
  const name = urlNameOf(value)
  const result = url.safeParse(name === undefined ? '' : value[name])
  if (name === undefined || result.success) return
  const message = result.error.issues[0]?.message ?? ''
  issues.push({code: 'custom', input: value, message, path: [name], continue: true})
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
  const has = (name: string) => Object.hasOwn(value, name)
  const isTold = TELLING_NAMES.some(has) || (has('url') && ['protocol', 'events'].some(has))
  return isTold && !has('applets') && !has('flow')
}

/** The field that holds the URL. */
export function urlNameOf(settings: OlderSettings): string | undefined {
  return [...URL_NAMES, 'url'].find((name) => Object.hasOwn(settings, name))
}

export function flowOfOlder(given: z.output<typeof olderSchema>): Flow {
  const list: readonly OlderSettings[] = Array.isArray(given) ? given : [given]
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

function appletOf(
  settings: OlderSettings,
  {id, kind, next}: {id: string; kind: OlderKind | undefined; next: string},
): Applet {
  const urlName = urlNameOf(settings)
  const streamUrl = urlName === undefined ? undefined : settings[urlName]
  const others = Object.entries(settings).filter(
    ([name, value]) => name !== urlName && !(name === 'name' && isName(value)),
  )
  const common = {
    id,
    ...(typeof streamUrl === 'string' ? {url: streamUrl} : {}),
    parameters: {},
    auth: {kind: 'none'} as const,
    record: false,
    foreign: Object.fromEntries(others),
    next,
  }
  return kind === 'voicebot' ? {...common, kind, encryptDtmf: false} : {...common, kind: 'stream'}
}

type OlderKind = 'voicebot' | 'stream'

/**
 * Guides call these the settings of a Stream applet, so it is one unless something in them says that audio
 * comes back.
 */
function kindOf(settings: OlderSettings): OlderKind {
  const said = BOTH_WAYS_NAMES.map((name) => settings[name]).find((value) => value !== undefined)
  if (said !== undefined) return said === true || said === 'true' ? 'voicebot' : 'stream'
  const types = TYPE_NAMES.map((name) => settings[name])
  const isBothWays = types.some((type) => typeof type === 'string' && BOTH_WAYS.test(type))
  return isBothWays ? 'voicebot' : 'stream'
}

const BOTH_WAYS = /voice-?_? ?bot|bidirectional|two-?_?way/i

function isName(value: unknown): value is string {
  return typeof value === 'string' && /\S/.test(value) && value.length <= 100
}
