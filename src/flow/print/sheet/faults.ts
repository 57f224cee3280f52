import {withoutControls} from '../../../mask.js'
import {checkFlow} from '../../check/check-flow.js'
import type {Finding} from '../../finding.js'
import type {AppletKind, Flow} from '../../flow.js'
import type {FindPlace} from '../../source.js'
import type {Printing} from '../printing.js'

/**
 * What `flow check` would call broken in the flow that is printed. A URL that is not there yet is not among
 * it: that there is no public host is told on its own.
 */
export function faultsOf({flow, placeOf}: Pick<Printing, 'flow' | 'placeOf'>): readonly Finding[] {
  const found = checkFlow({flow, placeOf: placeOf ?? placesIn(flow)}, {isLocal: false})
  return found
    .filter(({id, severity}) => severity !== 'info' && id !== 'url-missing')
    .map((finding) => ({
      ...finding,
      summary: withoutControls(finding.summary),
      fix: finding.fix.split('\n').map(withoutControls).join('\n'),
    }))
}

/** Of a flow that no file holds: as its file would have them. */
function placesIn({applets}: Flow): FindPlace {
  return (applet, field) => {
    if (!applet) return {path: ''}
    const key = KEYS[applet.kind] ?? applet.kind
    const place = `applets[${String(applets.indexOf(applet))}]`
    return {path: field === undefined ? place : `${place}.${key}.${field}`}
  }
}

const KEYS: Partial<Record<AppletKind, string>> = {
  'stream-stop': 'stream',
  'connect-voice-ai': 'connectVoiceAi',
}

/** In a line, for stderr and for comments. */
export function faultLine({severity, id, summary, fix}: Finding): string {
  return `${severity} ${id}: ${summary} Fix: ${fix.replaceAll('\n', ' ')}`
}

export function faultLines(printing: Printing): readonly string[] {
  return faultsOf(printing).map(faultLine)
}
