import {
  MAX_CUSTOM_PARAMETER_CHARACTERS,
  MAX_CUSTOM_PARAMETERS,
  MAX_STREAM_URL_CHARACTERS,
} from '../../../protocol/limits.js'
import {isRateName} from '../../../stream/written-url/rate-names.js'
import type {Rule, RuleOptions} from '../../finding.js'
import {type Flow, isStreaming, type StreamingApplet} from '../../flow.js'
import {boxUrl} from '../../stream-address.js'
import {appletName, sentence} from '../names.js'
import {API_PAGE, VOICEBOT_PAGE} from '../sources.js'
import type {Pair} from './named-rates.js'
import {staticQueries} from './static-queries.js'

const LOOK_UP = 'Pass one short key, and let the bot look up the rest by it or by call_sid.'

export const tooManyParameters: Rule = {
  id: 'too-many-parameters',
  severity: 'warning',
  source: VOICEBOT_PAGE,
  find: (flow, options) =>
    customised(flow, options).flatMap(({applet, field, own}) =>
      own.size <= MAX_CUSTOM_PARAMETERS
        ? []
        : [
            {
              applet,
              field,
              summary: `${sentence(appletName(applet))} has ${String(own.size)} custom parameters, and Exotel takes ${String(MAX_CUSTOM_PARAMETERS)}; what becomes of more is not published.`,
              fix: `Keep the ${String(MAX_CUSTOM_PARAMETERS)} that matter. ${LOOK_UP}`,
            },
          ],
    ),
}

export const parametersTooLong: Rule = {
  id: 'parameters-too-long',
  severity: 'warning',
  source: VOICEBOT_PAGE,
  find: (flow, options) =>
    customised(flow, options).flatMap(({applet, field, own}) => {
      const characters = [...own].flat().join('').length
      if (own.size > MAX_CUSTOM_PARAMETERS || characters <= MAX_CUSTOM_PARAMETER_CHARACTERS) {
        return []
      }
      return [
        {
          applet,
          field,
          summary: `The custom parameters of ${appletName(applet)} have ${String(characters)} characters together, and Exotel takes ${String(MAX_CUSTOM_PARAMETER_CHARACTERS)}.`,
          fix: LOOK_UP,
        },
      ]
    }),
}

export const parameterTwice: Rule = {
  id: 'parameter-twice',
  severity: 'warning',
  source: `inferred: start.custom_parameters has room for one of a name (${VOICEBOT_PAGE})`,
  find: (flow, options) =>
    staticQueries(flow, options).flatMap(({applet, pairs}) => {
      const names = pairs.map(([name]) => name)
      const inQuery = names.find(
        (name, at) => names.indexOf(name) < at && !isRateTwice(name, pairs),
      )
      const [inBoth] =
        pairs.find(([name, value]) => (applet.parameters[name] ?? value) !== value) ?? []
      const twice = inQuery ?? inBoth
      if (twice === undefined) return []
      return [
        {
          applet,
          field: inQuery === undefined ? 'parameters' : 'url',
          summary: `${sentence(appletName(applet))} names the parameter ${JSON.stringify(twice.slice(0, 40))} twice, and the bot gets one of the two.`,
          fix: 'Write it once.',
        },
      ]
    }),
}

export const urlTooLong: Rule = {
  id: 'url-too-long',
  severity: 'error',
  source: API_PAGE,
  find: ({applets}) =>
    applets.filter(isDirect).flatMap((applet) => {
      const {length} = boxUrl(applet) ?? ''
      if (length < MAX_STREAM_URL_CHARACTERS) return []
      return [
        {
          applet,
          field: 'url',
          summary: `The StreamUrl of ${appletName(applet)} has ${String(length)} characters, and the API takes fewer than ${String(MAX_STREAM_URL_CHARACTERS)}.`,
          fix: LOOK_UP,
        },
      ]
    }),
}

function isDirect(applet: Flow['applets'][number]): applet is StreamingApplet {
  return applet.kind === 'connect-voice-ai'
}

/** Of two different rates another rule tells. */
function isRateTwice(name: string, pairs: readonly Pair[]): boolean {
  const values = pairs.filter(([other]) => other === name).map(([, value]) => value)
  return values.some((value) => isRateName(name, value)) && new Set(values).size > 1
}

type Customised = {
  readonly applet: StreamingApplet
  /** Where most of them stand. */
  readonly field: string
  readonly own: ReadonlyMap<string, string>
}

/** The parameters of the file and those of a static URL's query; a rate is none of them. */
function customised(flow: Flow, options: RuleOptions): readonly Customised[] {
  const queries = staticQueries(flow, options)
  return flow.applets.filter(isStreaming).map((applet) => {
    const ofFile = Object.entries(applet.parameters)
    const ofUrl = queries.find((query) => query.applet === applet)?.pairs ?? []
    return {
      applet,
      field: ofFile.length >= ofUrl.length ? 'parameters' : 'url',
      own: new Map([...ofFile, ...ofUrl].filter(([name, value]) => !isRateName(name, value))),
    }
  })
}
