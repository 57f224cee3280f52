import type {Rule} from '../../finding.js'
import type {Flow, StreamApplet} from '../../flow.js'
import {readParts} from '../../../stream/written-url/url-parts.js'
import {appletName, sentence} from '../names.js'
import {APPLETS_PAGE} from '../sources.js'
import {bothWays} from './foreign-values.js'

export const streamCannotTalk: Rule = {
  id: 'stream-cannot-talk',
  severity: 'error',
  source: APPLETS_PAGE,
  find: (flow) =>
    flow.applets
      .filter((applet) => applet.kind === 'stream')
      .flatMap((applet) => {
        const evidence = evidenceIn(flow, applet)
        if (!evidence) return []
        return [
          {
            applet,
            ...(evidence.field === undefined ? {} : {field: evidence.field}),
            summary: `${sentence(appletName(applet))} ${evidence.words}, yet a Stream applet only listens: nothing that the bot says reaches the caller.`,
            fix: 'Choose the Voicebot applet instead, with the same URL; in flow.yaml, take out "action" where it stands, and in the place of "stream:" write:\nvoicebot:',
          },
        ]
      }),
}

type Evidence = {readonly field?: string; readonly words: string}

/** Only what the file says itself: a Stream that leads to no people may be a recorder's. */
function evidenceIn(flow: Flow, applet: StreamApplet): Evidence | undefined {
  const {id, foreign} = applet
  const claimed = bothWays(foreign)
  if (claimed) {
    return {
      field: claimed.path,
      words: `is to go both ways ("${claimed.name.slice(0, 80)}")`,
    }
  }
  const ofVoicebot = fieldOfVoicebot(foreign)
  if (ofVoicebot !== undefined) {
    return {field: ofVoicebot, words: `has "${ofVoicebot}", which only a bot that talks needs`}
  }
  if (VOICEBOT.test(id)) return {words: 'is called a voicebot'}
  return byPlace(flow, applet)
}

/** A field that only a bot that talks needs. */
export function fieldOfVoicebot(foreign: StreamApplet['foreign']): string | undefined {
  return Object.entries(foreign).find(
    ([name, value]) =>
      value !== false &&
      /^(?:encrypt[-_ ]?dtmf|barge[-_ ]?in|interruptible|greeting|first[-_ ]?message|marks?)$/i.test(
        name,
      ),
  )?.[0]
}

const VOICEBOT = /(?:^|[^a-z])voice[-_ ]?bot(?:$|[^a-z])/i

/** The name of the flow and a path of the URL mean the Voicebot applet, where there is one. */
function byPlace({name, applets}: Flow, applet: StreamApplet): Evidence | undefined {
  if (applets.some(({kind}) => kind === 'voicebot')) return undefined
  const {path, hasLaterAt} = readParts(applet.url ?? '')
  if (!hasLaterAt && VOICEBOT.test(path)) {
    return {field: 'url', words: 'leads to a voicebot, by the path of its URL'}
  }
  const isFirst = applets.find(({kind}) => kind === 'stream') === applet
  return isFirst && VOICEBOT.test(name)
    ? {words: 'is of a flow that is called voicebot'}
    : undefined
}
