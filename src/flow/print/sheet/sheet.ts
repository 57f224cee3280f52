import {shownUrl} from '../../../stream/written-url/shown-url.js'
import type {Finding} from '../../finding.js'
import type {Flow} from '../../flow.js'
import {nameOf} from '../diagram.js'
import type {Printing} from '../printing.js'
import {type AppletSettings, settingsOf} from '../settings/applet-settings.js'
import {printableFlow, type Unusable} from '../settings/printable-flow.js'
import {type Check, checksOf} from './checks.js'
import {faultsOf} from './faults.js'
import {firstClicks, lastClicks} from './clicks.js'
import {type LogLine, logLinesOf} from './log-lines.js'
import {type OlderField, olderFields} from './older-fields.js'
import {type PerCall, perCallOf} from './per-call.js'

/** Everything that there is to tell of a flow; each form of printing takes what it shows. */
export type Sheet = {
  readonly title: string
  readonly publicHost: 'known' | 'missing'
  readonly localUrl?: string
  /** What has to be done before anything can be entered. */
  readonly first: readonly string[]
  /** How a bot of this folder gets its name; then everything is printed again, with its URLs. */
  readonly namingCommand?: string
  /** What `flow check` calls broken. */
  readonly findings: readonly Finding[]
  /** As it may be printed. */
  readonly flow: Flow
  readonly firstClicks: readonly string[]
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
  const findings = faultsOf(printing)
  const lacksHost = unusable.some((one) => one.lacksHost)
  return {
    title: flow.name,
    publicHost: lacksHost ? 'missing' : 'known',
    ...(localUrl === undefined ? {} : {localUrl}),
    first: [
      ...(lacksHost ? hostWords(localUrl) : []),
      ...unusable
        .filter((one) => !isTold(one, printing.flow, findings))
        .flatMap(({applet, label, why}) =>
          why === undefined ? [] : [`${nameOf(applet)}, ${label}: the URL given ${why}.`],
        ),
    ],
    ...(lacksHost ? {namingCommand: namingCommand(localUrl)} : {}),
    findings,
    flow,
    firstClicks: firstClicks(flow),
    applets: settingsOf(printing),
    notInDashboard: olderFields(flow),
    ...(perCall === undefined ? {} : {perCall}),
    lastClicks: lastClicks(flow),
    checklist: checksOf(flow, {...printing, lacksHost}),
    logLines: logLinesOf(flow),
  }
}

/** A finding says what is wrong with the URL, and what to do. */
function isTold({applet}: Unusable, {applets}: Flow, findings: readonly Finding[]): boolean {
  const place = `applets[${String(applets.findIndex(({id}) => id === applet.id))}]`
  return findings.some(({path}) => !path.includes('applets[') || path.includes(place))
}

function hostWords(localUrl: string | undefined): readonly string[] {
  return [
    'Exotel calls your bot from the internet, so its URLs can only be entered once it has a name there.',
    ...(localUrl === undefined
      ? []
      : [`On this machine it is at ${localUrl}, which Exotel cannot reach.`]),
  ]
}

/** One serve has a port: the one that runs ends first, and the new one takes its place. */
function namingCommand(localUrl: string | undefined): string {
  const port = localUrl !== undefined && URL.canParse(localUrl) ? new URL(localUrl).port : ''
  return `exostream serve${port === '' ? '' : ` --port ${port}`} --tunnel cloudflared`
}

export const NAMING_WORDS =
  'Give it one, for example by a tunnel, and print this again. An exostream serve that runs here has to be stopped first:'

export const FIRST_TITLES: Readonly<Record<Sheet['publicHost'], string>> = {
  missing: 'There is no public host yet',
  known: 'What is not printed',
}

/** The verdict of `flow check`, before anything is entered. */
export const FAULTS_TITLE = 'Before you enter it'
