import {cellWidth} from '../../report/text/cells.js'
import type {Look} from '../../report/text/look.js'
import type {Applet, AppletKind, Flow, Next} from '../flow.js'
import {appletOf, exitsOf, reachable} from '../graph.js'

const TITLES: Readonly<Record<AppletKind, string>> = {
  greeting: 'Greeting',
  passthru: 'Passthru',
  voicebot: 'Voicebot',
  stream: 'Stream',
  'stream-stop': 'Stream',
  gather: 'Gather',
  connect: 'Connect',
  hangup: 'Hangup',
  'connect-voice-ai': 'Connect Voice AI',
}

export function titleOf(kind: AppletKind): string {
  return TITLES[kind]
}

/** As a person tells the applets of a flow apart: `Passthru (before)`, and `Hangup` where there is but one. */
export function nameOf({kind, id}: Applet): string {
  const own = kind === 'stream-stop' ? `stop, ${id}` : id
  return id === kind ? TITLES[kind] : `${TITLES[kind]} (${own})`
}

/** What an exit leads to. */
function nameOfNext(flow: Flow, id: Next): string {
  const applet = appletOf(flow, id)
  return applet ? nameOf(applet) : 'the call ends'
}

/** The applets that a call comes to while every Passthru answers 200. */
export function mainWay(flow: Flow): readonly Applet[] {
  return wayFrom(flow, flow.applets[0])
}

function wayFrom(flow: Flow, first: Applet | undefined): readonly Applet[] {
  const way: Applet[] = []
  for (let at = first; at && !way.includes(at);) {
    way.push(at)
    const [exit] = exitsOf(at)
    at = exit && appletOf(flow, exit.to)
  }
  return way
}

/** The ways of a call: first the one of every 200, then a line for each 302, wrapped at the arrows. */
export function diagram(flow: Flow, look: Pick<Look, 'ascii' | 'width'>): readonly string[] {
  const main = mainWay(flow)
  const known = new Set(main)
  const lines = [drawn(['Call', ...labels(flow, main)], look)]
  // A branch may have branches of its own: the list grows while it is walked.
  const open = [...main]
  for (const applet of open) {
    const branch = exitsOf(applet).find(({on}) => on === '302')
    if (!branch) continue
    const to = appletOf(flow, branch.to)
    const beyond = to && !known.has(to) ? wayFrom(flow, to).filter((one) => !known.has(one)) : []
    for (const one of beyond) {
      known.add(one)
      open.push(one)
    }
    const steps = beyond.length > 0 ? labels(flow, beyond) : [nameOfNext(flow, branch.to)]
    lines.push(drawn([`${nameOf(applet)}, 302`, ...steps], look))
  }
  return [...lines.flat(), ...unreached(flow)]
}

/** Each applet with the answer that leads on from it, and where the last of them leads. */
function labels(flow: Flow, way: readonly Applet[]): readonly string[] {
  const names = way.map((applet) => {
    const isAsked = exitsOf(applet).some(({on}) => on !== undefined)
    return isAsked ? `${nameOf(applet)}, 200` : nameOf(applet)
  })
  const last = way.at(-1)
  const [exit] = last ? exitsOf(last) : []
  return exit ? [...names, nameOfNext(flow, exit.to)] : names
}

function drawn(steps: readonly string[], {ascii, width}: Pick<Look, 'ascii' | 'width'>) {
  const arrow = ascii ? '->' : '→'
  const lines: string[] = []
  let line = ''
  for (const [at, step] of steps.entries()) {
    const piece = at === 0 ? step : `${arrow} ${step}`
    if (line !== '' && cellWidth(`${line} ${piece}`) > width) {
      lines.push(line)
      line = `  ${piece}`
    } else {
      line = line === '' ? piece : `${line} ${piece}`
    }
  }
  return [...lines, line]
}

function unreached(flow: Flow): readonly string[] {
  const met = reachable(flow)
  return flow.applets
    .filter((applet) => !met.has(applet))
    .map((applet) => `No way leads to ${nameOf(applet)}.`)
}
