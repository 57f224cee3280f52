import type {Rule} from '../../finding.js'
import {type Applet, END, type Flow, isStreaming} from '../../flow.js'
import {appletOf, reachable, reachableFrom} from '../../graph.js'
import {appletName} from '../names.js'
import {PASSTHRU_PAGE, STREAM_PAGE} from '../sources.js'
import {streamCannotTalk} from '../stream/direction.js'
import {asyncBranch, sameBranches} from './branches.js'
import {noStream, noStreamAfterPassthru} from './missing-stream.js'
import {branchWhileStreaming, outcomeAskedBefore} from './passthru-place.js'
import {endlessCircle, stopWithoutStart, unreachableApplet} from './ways.js'

/** The rules of what follows what. */
export const WAYS: readonly Rule[] = [
  noStreamAfterPassthru,
  noStream,
  streamCannotTalk,
  unreachableApplet,
  endlessCircle,
  asyncBranch,
  sameBranches,
  outcomeAskedBefore,
  branchWhileStreaming,
  stopWithoutStart,
]

/** Advice on the ways of a call waits until none of them is wrong, so that no fault is told twice. */
function onceRight(find: Rule['find']): Rule['find'] {
  return (flow, options) =>
    WAYS.some((rule) => rule.find(flow, options).length > 0) ? [] : find(flow, options)
}

export const nothingAfterBot: Rule = {
  id: 'nothing-after-bot',
  severity: 'info',
  source: PASSTHRU_PAGE,
  find: onceRight((flow) =>
    reachedBots(flow)
      .filter((bot) => [...reachableFrom(flow, bot)].every(({kind}) => kind !== 'passthru'))
      .map((applet) => ({
        applet,
        field: 'next',
        summary: `Nothing asks behind ${appletName(applet)}, so that nobody learns how the stream ended.`,
        fix: 'A Passthru right behind it is told by Stream[Status], Stream[DisconnectedBy] and Stream[Error].',
      })),
  ),
}

export const noGreeting: Rule = {
  id: 'no-greeting',
  severity: 'info',
  source: 'inferred: callers of a slow bot have met 20 s of silence, then the end of the call',
  find: onceRight((flow) => {
    const speaking = flow.applets.filter(({kind}) =>
      ['greeting', 'gather', 'connect'].includes(kind),
    )
    const behind = new Set(speaking.flatMap((applet) => [...reachableFrom(flow, applet)]))
    return reachedBots(flow)
      .filter((bot) => !behind.has(bot))
      .map((applet) => ({
        applet,
        summary: `Nothing is said before ${appletName(applet)}, so that a bot that is slow to answer leaves the caller in silence.`,
        fix: 'A short Greeting applet before it bridges the time; a bot that speaks within a second needs none.',
      }))
  }),
}

export const endsWithStream: Rule = {
  id: 'ends-with-stream',
  severity: 'info',
  source: STREAM_PAGE,
  find: onceRight((flow) =>
    [...reachable(flow)].flatMap((applet) => {
      if (applet.kind !== 'stream' || !isOver(flow, applet.next)) return []
      return [
        {
          applet,
          field: 'next',
          summary: `Nothing is behind ${appletName(applet)}, and the flow goes on at once, so that the call may end before anybody was heard.`,
          fix: 'Put what the call is about behind it, such as a Connect applet; where the bot is to talk, choose the Voicebot applet.',
        },
      ]
    }),
  ),
}

export const asyncWouldDo: Rule = {
  id: 'async-would-do',
  severity: 'info',
  source: PASSTHRU_PAGE,
  find: onceRight((flow) => {
    const reached = [...reachable(flow)]
    const behind = new Set(
      reached.filter(isStreaming).flatMap((applet) => [...reachableFrom(flow, applet)]),
    )
    return reached.flatMap((applet) => {
      if (applet.kind !== 'passthru' || applet.isAsync || !behind.has(applet)) return []
      // Without a branch 302 ends the call: the answer decides unless 200 does so, too.
      if (applet.on302 !== undefined || !isOver(flow, applet.on200)) return []
      return [
        {
          applet,
          field: 'async',
          summary: `The caller waits for ${appletName(applet)}, whose answer decides nothing.`,
          fix: 'Tick "Make Passthru Async", so that the call goes on meanwhile; in the file:\nasync: true',
        },
      ]
    })
  }),
}

function reachedBots(flow: Flow): readonly Applet[] {
  return [...reachable(flow)].filter(({kind}) => kind === 'voicebot')
}

function isOver(flow: Flow, next: string): boolean {
  return next === END || appletOf(flow, next)?.kind === 'hangup'
}
