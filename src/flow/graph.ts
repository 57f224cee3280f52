import {type Applet, END, type Flow, type Next} from './flow.js'

/** A way out of an applet. */
export type Exit = {
  /** Which answer takes it, of an applet that has a choice. */
  readonly on?: '200' | '302'
  readonly to: Next
}

/** The ways out in the order of the dashboard; none where the call ends with the applet. */
export function exitsOf(applet: Applet): readonly Exit[] {
  switch (applet.kind) {
    case 'hangup':
    case 'connect-voice-ai':
      return []
    case 'passthru':
      if (applet.isAsync) return [{to: applet.on200}]
      return [
        {on: '200', to: applet.on200},
        {on: '302', to: applet.on302 ?? END},
      ]
    default:
      return [{to: applet.next}]
  }
}

export function appletOf(flow: Flow, id: Next): Applet | undefined {
  return flow.applets.find((applet) => applet.id === id)
}

/** All that a call can come to from this applet on, itself among them only where a way leads back to it. */
export function reachableFrom(flow: Flow, applet: Applet): ReadonlySet<Applet> {
  const found = new Set<Applet>()
  const open: Applet[] = [applet]
  for (let at = open.pop(); at; at = open.pop()) {
    for (const {to} of exitsOf(at)) {
      const next = appletOf(flow, to)
      if (!next || found.has(next)) continue
      found.add(next)
      open.push(next)
    }
  }
  return found
}

/** All that a call can come to. */
export function reachable(flow: Flow): ReadonlySet<Applet> {
  const [first] = flow.applets
  return first ? new Set([first, ...reachableFrom(flow, first)]) : new Set()
}
