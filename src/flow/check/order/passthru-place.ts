import {readParts} from '../../../stream/written-url/url-parts.js'
import type {Rule} from '../../finding.js'
import {
  type Applet,
  type Flow,
  isStreaming,
  type Next,
  type PassthruApplet,
  type StreamApplet,
  type VoicebotApplet,
} from '../../flow.js'
import {appletOf, reachable, reachableFrom} from '../../graph.js'
import {appletName, sentence} from '../names.js'
import {PASSTHRU_PAGE} from '../sources.js'

/** A Passthru that is to choose by how the stream went, in front of the stream. */
export const outcomeAskedBefore: Rule = {
  id: 'outcome-asked-before',
  severity: 'warning',
  source: PASSTHRU_PAGE,
  find: (flow) => {
    const reached = [...reachable(flow)]
    if (reached.some((applet) => isAskedBehindStream(flow, applet))) return []
    return reached.flatMap((applet) => {
      if (applet.kind !== 'passthru' || !isChooser(applet)) return []
      const bot = [...reachableFrom(flow, applet)].find(isFollowedStream)
      const word = wordOfOutcome(applet)
      if (bot === undefined || word === undefined) return []
      return [
        {
          applet,
          field: word.field,
          summary: `${sentence(appletName(applet))} is named for how the stream went ("${word.text}") and is asked before it, when there is no Stream[...] to choose by; nothing asks behind the bot.`,
          fix: placeBehind(flow, bot, applet),
        },
      ]
    })
  },
}

function isChooser({isAsync, on302}: PassthruApplet): boolean {
  return !isAsync && on302 !== undefined
}

type FollowedStream = VoicebotApplet | StreamApplet

function isFollowedStream(applet: Applet): applet is FollowedStream {
  return applet.kind === 'voicebot' || applet.kind === 'stream'
}

/** Word for word, so that no circle is left: what led to the Passthru, the bot, and the branch that led there. */
function placeBehind(flow: Flow, bot: FollowedStream, passthru: PassthruApplet): string {
  const isTowards = (next: Next) => {
    const applet = appletOf(flow, next)
    return applet !== undefined && [applet, ...reachableFrom(flow, applet)].includes(bot)
  }
  const branch = isTowards(passthru.on200) ? 'on200' : 'on302'
  // A Stream goes on at once, so how it went is known behind what the call is about.
  const talk = bot.kind === 'stream' ? appletOf(flow, bot.next) : undefined
  const last = talk?.kind === 'connect' ? talk : bot
  return `Move it right behind "${last.id}" in the file; let what led to it lead to "${String(passthru[branch])}"; give "${last.id}" the line "next: ${passthru.id}", and the Passthru "${branch}: ${last.next}".`
}

function isAskedBehindStream(flow: Flow, applet: Applet): boolean {
  return (
    isStreaming(applet) && [...reachableFrom(flow, applet)].some(({kind}) => kind === 'passthru')
  )
}

/** Names that mean the end of the stream, not merely something before or after it. */
const OUTCOME =
  /(?:^|[^a-z])(?:outcome|(?:after|post)[-_]?(?:call|(?:voice)?bot|stream)|(?:call|(?:voice)?bot|stream)[-_]?(?:result|status|ended)|hand[-_]?(?:over|off)|escalat(?:e|ion)|transfer[-_]?to[-_]?(?:an?[-_]?)?(?:agent|human|people)s?|disconnected(?:[-_]?by)?)(?:$|[^a-z])/i

type Word = {readonly field: string; readonly text: string}

function wordOfOutcome({id, url = ''}: PassthruApplet): Word | undefined {
  if (OUTCOME.test(id)) return {field: 'id', text: id.slice(0, 40)}
  const {path, pairs, hasLaterAt} = readParts(url)
  // Then a part of a token may stand where the path seems to be.
  if (hasLaterAt) return undefined
  // A folder before it may well be that of a whole service.
  const last = path.split('/').findLast((part) => part !== '') ?? ''
  const isOfQuery = pairs.some((pair) => /stream(?:\[|%5b)/i.test(pair))
  if (!OUTCOME.test(last) && !isOfQuery) return undefined
  return {field: 'url', text: isOfQuery ? 'Stream[...]' : last.slice(0, 40)}
}

/** A Stream goes on at once, so the one right behind it chooses before anything was said. */
export const branchWhileStreaming: Rule = {
  id: 'branch-while-streaming',
  severity: 'warning',
  source: `inferred: the flow goes on at once behind a Stream applet (docs.exotel.com, stream-applet)`,
  find: (flow) =>
    flow.applets.flatMap((applet) => {
      if (applet.kind !== 'stream') return []
      const next = appletOf(flow, applet.next)
      if (next?.kind !== 'passthru' || !isChooser(next)) return []
      return [
        {
          applet: next,
          field: 'on302',
          summary: `${sentence(appletName(next))} chooses right behind ${appletName(applet)}, which has only just begun then: how it ends is not known yet.`,
          fix: 'Where the bot is to talk first, choose the Voicebot applet, which the flow waits for; else put what the call is about, such as a Connect, between the two.',
        },
      ]
    }),
}
