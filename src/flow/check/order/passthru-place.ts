import {readParts} from '../../../stream/written-url/url-parts.js'
import type {Rule} from '../../finding.js'
import {type Applet, type Flow, isStreaming, type PassthruApplet} from '../../flow.js'
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
      if (applet.kind !== 'passthru' || !isChooser(applet) || !isBeforeStream(flow, applet))
        return []
      const word = wordOfOutcome(applet)
      if (word === undefined) return []
      return [
        {
          applet,
          field: word.field,
          summary: `${sentence(appletName(applet))} is named for how the stream went ("${word.text}") and is asked before it, when there is no Stream[...] to choose by; nothing asks behind the bot.`,
          fix: `Place it right behind the bot: in the file, give the bot "next: ${applet.id}", and let what is before it lead to the bot.`,
        },
      ]
    })
  },
}

function isChooser({isAsync, on302}: PassthruApplet): boolean {
  return !isAsync && on302 !== undefined
}

function isBeforeStream(flow: Flow, applet: Applet): boolean {
  return [...reachableFrom(flow, applet)].some(isStreaming)
}

function isAskedBehindStream(flow: Flow, applet: Applet): boolean {
  return (
    isStreaming(applet) && [...reachableFrom(flow, applet)].some(({kind}) => kind === 'passthru')
  )
}

/** What only somebody writes who wants to know how the stream ended. */
const OUTCOME =
  /(?:^|[^a-z])(?:after|outcome|stream(?:ed|ing)?|post-?(?:call|bot|stream)|hand-?(?:over|off)|escalat(?:e|ion)|disconnected(?:by)?)(?:$|[^a-z])/i

type Word = {readonly field: string; readonly text: string}

function wordOfOutcome({id, url = ''}: PassthruApplet): Word | undefined {
  if (OUTCOME.test(id)) return {field: 'id', text: id.slice(0, 40)}
  const {path, pairs, hasLaterAt} = readParts(url)
  // Then a part of a token may stand where the path seems to be.
  if (hasLaterAt) return undefined
  // A folder before it may well be called "stream" of a whole service.
  const last = path.split('/').findLast((part) => part !== '') ?? ''
  const isOfQuery = pairs.some((pair) => /^stream(?:\[|%5b)/i.test(pair))
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
