import {shownUrl} from '../../../stream/written-url/shown-url.js'
import type {Flow} from '../../flow.js'
import {nameOf} from '../diagram.js'
import {type LogLine, logLinesOf} from '../log-lines.js'
import {type OlderField, olderFields} from '../older-fields.js'
import type {Printing} from '../printing.js'
import {type AppletSettings, settingsOf} from '../settings.js'
import {type Check, checksOf} from './checks.js'
import {lastClicks} from './last-clicks.js'
import {type PerCall, perCallOf} from './per-call.js'
import {printableFlow, type Unusable} from './printable-flow.js'

/** Everything that there is to tell of a flow; each form of printing takes what it shows. */
export type Sheet = {
  readonly title: string
  readonly publicHost: 'known' | 'missing'
  readonly localUrl?: string
  /** What has to be done before anything can be entered. */
  readonly first: readonly string[]
  /** As it may be printed. */
  readonly flow: Flow
  readonly applets: readonly AppletSettings[]
  readonly notInDashboard: readonly OlderField[]
  readonly perCall?: PerCall
  readonly lastClicks: readonly string[]
  readonly checklist: readonly Check[]
  readonly logLines: readonly LogLine[]
}

export function sheetOf(printing: Printing): Sheet {
  const {flow, unusable} = printableFlow(printing.flow)
  const localUrl = printing.localUrl === undefined ? undefined : shownUrl(printing.localUrl)
  const perCall = perCallOf(flow)
  return {
    title: flow.name,
    publicHost: unusable.some(({lacksHost}) => lacksHost) ? 'missing' : 'known',
    ...(localUrl === undefined ? {} : {localUrl}),
    first: firstOf(unusable, localUrl),
    flow,
    applets: settingsOf(printing),
    notInDashboard: olderFields(flow),
    ...(perCall === undefined ? {} : {perCall}),
    lastClicks: lastClicks(flow),
    checklist: checksOf(flow),
    logLines: logLinesOf(flow),
  }
}

function firstOf(unusable: readonly Unusable[], localUrl: string | undefined): readonly string[] {
  const given = unusable.flatMap(({applet, label, why}) =>
    why === undefined ? [] : [`${nameOf(applet)}, ${label}: the URL given ${why}.`],
  )
  if (!unusable.some(({lacksHost}) => lacksHost)) return given
  return [
    'Exotel calls your bot from the internet, so its URLs can only be entered once it has a name there.',
    ...(localUrl === undefined
      ? []
      : [`On this machine it is at ${localUrl}, which Exotel cannot reach.`]),
    ...given,
  ]
}

/** How a bot of this folder gets its name; then everything is printed again, with its URLs. */
export const NAMING_COMMAND = 'exostream serve --tunnel cloudflared'

export const FIRST_TITLES: Readonly<Record<Sheet['publicHost'], string>> = {
  missing: 'There is no public host yet',
  known: 'Before you enter it',
}
