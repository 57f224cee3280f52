import type {Rule, RuleOptions} from '../../finding.js'
import {isStreaming, type StreamingApplet} from '../../flow.js'
import {appletName, sentence} from '../names.js'
import {isSecret} from '../secrets.js'
import {APPLETS_PAGE} from '../sources.js'
import {copyLine} from '../urls/copy-line.js'
import {fieldOfVoicebot} from './direction.js'
import {bothWays, foreignValues, isCodecClaim, isG711} from './foreign-values.js'
import {type StaticQuery, staticQueries} from './static-queries.js'

export const mulawClaimed: Rule = {
  id: 'mulaw-claimed',
  severity: 'error',
  source: `${APPLETS_PAGE}; mu-law is documented for start_stream of the Legs API alone`,
  find: (flow, options) =>
    flow.applets.filter(isStreaming).flatMap((applet) => {
      const query = staticQueries(flow, options).find((one) => one.applet === applet)
      const found: Claim | undefined =
        foreignValues(applet.foreign).find(({value}) => isG711(value)) ??
        inParameters(applet) ??
        inQuery(query, options)
      if (!found) return []
      return [
        {
          applet,
          field: found.path,
          summary: `${sentence(appletName(applet))} claims mu-law or A-law under "${found.name.slice(0, 80)}", and Exotel's streams carry 16-bit PCM, so that a bot made for the other hears and plays noise.`,
          fix: `Take the claim out, and let the bot read and write 16-bit signed little-endian PCM, mono, at the rate of the URL${found.line ? `:${found.line}` : '.'}`,
        },
      ]
    }),
}

type Claim = {readonly path: string; readonly name: string; readonly line?: string}

/** A parameter tells nothing to Exotel, but the bot what to expect. */
function inParameters({parameters}: StreamingApplet): Claim | undefined {
  const found = Object.entries(parameters).find(isCodecClaim)
  return found && {path: `parameters.${found[0]}`, name: found[0]}
}

function inQuery(query: StaticQuery | undefined, options: RuleOptions): Claim | undefined {
  const found = query?.pairs.find(isCodecClaim)
  return query && found && {path: 'url', name: found[0], line: copyLine(query.written, options)}
}

export const fieldNotInDashboard: Rule = {
  id: 'field-not-in-dashboard',
  severity: 'info',
  source: APPLETS_PAGE,
  find: ({applets}) =>
    applets.filter(isStreaming).flatMap((applet) => {
      const names = untoldFields(applet)
      const [first] = names
      if (first === undefined) return []
      const fields = names.map((name) => name.slice(0, 40))
      const most = fields.slice(0, MOST_FIELDS).join(', ')
      const more =
        fields.length > MOST_FIELDS ? ` and ${String(fields.length - MOST_FIELDS)} more` : ''
      return [
        {
          applet,
          field: first,
          summary: `${sentence(appletName(applet))} has what no applet in the dashboard has: ${most}${more}; older guides name such fields, and nothing reads them.`,
          fix: [...new Set(names.map(replacementOf))].join(' '),
        },
      ]
    }),
}

const MOST_FIELDS = 12

/** Without those that another finding is about. */
function untoldFields({kind, foreign}: StreamingApplet): readonly string[] {
  const values = foreignValues(foreign)
  const told = new Set<string | undefined>(
    values
      .filter((one) => isG711(one.value) || isSecret(one.name, one.value))
      .map(({field}) => field),
  )
  if (kind === 'stream') {
    for (const name of [bothWays(foreign)?.field, fieldOfVoicebot(foreign)]) told.add(name)
  }
  return Object.keys(foreign).filter((name) => !told.has(name))
}

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/sample[-_ ]?rate/i, 'The sample rate goes into the URL, as ?sample-rate=8000.'],
  [
    /media[-_ ]?format/i,
    'The sample rate goes into the URL, as ?sample-rate=8000; the audio is always 16-bit PCM, mono.',
  ],
  [
    /encoding|audio[-_ ]?format|codec|content[-_ ]?type|bit[-_ ]?(?:rate|depth)|channel/i,
    'The audio is always 16-bit PCM, mono: there is nothing to choose.',
  ],
  [
    /bi-?directional|direction|stream[-_ ]?type|duplex|mode/i,
    'Both ways is the Voicebot applet, one way the Stream applet.',
  ],
  [/event/i, 'All events come by themselves.'],
  [/protocol|transport|version/i, 'The protocol is the one there is: JSON with base64 audio.'],
  [/url|endpoint/i, 'An applet has one URL.'],
]

function replacementOf(name: string): string {
  const found = REPLACEMENTS.find(([pattern]) => pattern.test(name))
  return found?.[1] ?? 'The others have no place in an applet: leave them out.'
}
