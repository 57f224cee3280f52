import type {Rule} from '../../finding.js'
import {type Applet, END, type Flow, isStreaming} from '../../flow.js'
import {exitsOf, reachable, reachableFrom} from '../../graph.js'
import {appletName, sentence} from '../names.js'
import {STREAM_PAGE} from '../sources.js'

export const unreachableApplet: Rule = {
  id: 'unreachable-applet',
  severity: 'error',
  source: 'inferred: a call begins at the first applet, and each names the next',
  find: (flow) =>
    firstOfEach(flow, lostIn(flow)).map((applet) => ({
      applet,
      summary: `No call comes to ${appletName(applet)}: nothing that a call reaches leads to it.`,
      fix: `Let an applet before it name it, as "next: ${applet.id}" or in a branch of a Passthru; or take it out.`,
    })),
}

/** A Hangup that nobody comes to is what the end of the flow does anyway. */
function lostIn(flow: Flow): readonly Applet[] {
  const waiting = {...flow, applets: flow.applets.map(asIfItWaited)}
  const blocked = behindBlocked(waiting, trappedIn(waiting))
  const reached = [
    ...reachable(waiting),
    ...blocked.flatMap((applet) => [applet, ...reachableFrom(waiting, applet)]),
  ]
  const ids = new Set(reached.map(({id}) => id))
  return flow.applets.filter(({id, kind}) => !ids.has(id) && kind !== 'hangup')
}

/** What is written right behind such applets, and would follow them but for the fault that is told there. */
export function behindBlocked(flow: Flow, blocking: readonly Applet[]): readonly Applet[] {
  return flow.applets.filter((_, index) => {
    const before = flow.applets[index - 1]
    return before !== undefined && blocking.includes(before)
  })
}

/** The branch of 302 that an async Passthru never takes is told of there. */
function asIfItWaited(applet: Applet): Applet {
  return applet.kind === 'passthru' && applet.on302 !== undefined
    ? {...applet, isAsync: false}
    : applet
}

/** Of applets that lead to one another, the one that the others are behind of: it is one fault. */
function firstOfEach(flow: Flow, applets: readonly Applet[]): readonly Applet[] {
  const behind = new Map(applets.map((applet) => [applet, reachableFrom(flow, applet)]))
  const isRoot = (applet: Applet) =>
    applets.every((other) => other === applet || !behind.get(other)?.has(applet))
  const told = new Set<Applet>()
  return [...applets.filter(isRoot), ...applets].filter((applet) => {
    if (told.has(applet)) return false
    for (const covered of [applet, ...(behind.get(applet) ?? [])]) told.add(covered)
    return true
  })
}

export const endlessCircle: Rule = {
  id: 'endless-circle',
  severity: 'error',
  source: 'inferred: Exotel ends a call where the flow ends, and this one does not end',
  find: (flow) => {
    const trapped = trappedIn(flow)
    const reached = reachable(flow)
    const lost = behindBlocked(flow, trapped).find((applet) => !reached.has(applet))
    return firstOfEach(flow, trapped).map((applet) => {
      const circle = reachableFrom(flow, applet)
      const last = trapped.findLast((one) => circle.has(one)) ?? applet
      return {
        applet,
        summary: `From ${appletName(applet)} every way leads back to it, so that the call ends only when the caller hangs up.`,
        fix: `Let one of the applets on the way lead out of it, such as ${appletName(last)}:\n${last.kind === 'passthru' ? 'on200' : 'next'}: ${lost?.id ?? END}`,
      }
    })
  },
}

/** What a call comes to and never leaves. */
function trappedIn(flow: Flow): readonly Applet[] {
  const reached = reachable(flow)
  return flow.applets.filter(
    (applet) => reached.has(applet) && isOnCircle(flow, applet) && !hasEnd(flow, applet),
  )
}

function isOnCircle(flow: Flow, applet: Applet): boolean {
  return reachableFrom(flow, applet).has(applet)
}

function hasEnd(flow: Flow, applet: Applet): boolean {
  return [applet, ...reachableFrom(flow, applet)].some((at) => {
    const exits = exitsOf(at)
    return exits.length === 0 || exits.some(({to}) => to === END)
  })
}

export const stopWithoutStart: Rule = {
  id: 'stop-without-start',
  severity: 'warning',
  source: STREAM_PAGE,
  find: (flow) => {
    // Of a flow without any stream that is told.
    if (!flow.applets.some(isStreaming)) return []
    const streaming = flow.applets
      .filter(({kind}) => kind === 'stream')
      .flatMap((applet) => [...reachableFrom(flow, applet)])
    return flow.applets
      .filter(
        (applet) => applet.kind === 'stream-stop' && isReachedWithout(flow, applet, streaming),
      )
      .map((applet) => ({
        applet,
        summary: `${sentence(appletName(applet))} stops nothing: no Stream applet before it has begun a stream, and a Voicebot's ends by itself.`,
        fix: 'Take it out, or begin a stream before it with a Stream applet.',
      }))
  },
}

function isReachedWithout(flow: Flow, applet: Applet, streaming: readonly Applet[]): boolean {
  return reachable(flow).has(applet) && !streaming.includes(applet)
}
