import type {Applet, Flow, PassthruApplet} from '../../flow.js'
import {appletOf, exitsOf} from '../../graph.js'

/** How it is with the stream when a call comes to an applet. */
type StreamState = 'none' | 'running' | 'ended'

type Visit = {readonly applet: Applet; readonly state: StreamState}

/** All the states in which a call can come to the applet. */
export function streamsBefore(applet: PassthruApplet, flow: Flow): ReadonlySet<StreamState> {
  const [first] = flow.applets
  const visits: Visit[] = first ? [{applet: first, state: 'none'}] : []
  // What is pushed meanwhile is walked, too.
  for (const visit of visits) {
    for (const {to} of exitsOf(visit.applet)) {
      const next = appletOf(flow, to)
      const coming = next ? statesBehind(visit).map((state) => ({applet: next, state})) : []
      visits.push(...coming.filter((one) => !visits.some((seen) => isSame(seen, one))))
    }
  }
  return new Set(visits.filter((visit) => visit.applet === applet).map(({state}) => state))
}

function isSame(one: Visit, other: Visit): boolean {
  return one.applet === other.applet && one.state === other.state
}

function statesBehind({applet: {kind}, state}: Visit): readonly StreamState[] {
  switch (kind) {
    case 'stream':
      return ['running']
    case 'voicebot':
    case 'connect-voice-ai':
      return ['ended']
    case 'stream-stop':
      return [state === 'none' ? 'none' : 'ended']
    // They take their time, in which the bot may close the stream.
    case 'greeting':
    case 'gather':
    case 'connect':
      return state === 'running' ? ['running', 'ended'] : [state]
    default:
      return [state]
  }
}
