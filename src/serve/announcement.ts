import {shellWord} from '../shell-word.js'
import type {Address, Reach} from './addresses.js'
import {dialablePath} from './stream-paths.js'

export type Announced = {
  readonly port: number
  readonly addresses: readonly Address[]
  readonly botName: string
  /** Of the playback bot. */
  readonly template?: string | undefined
  /** Where it is noted, when that is not the usual folder. */
  readonly dataDir?: string | undefined
  /** Where streams are taken. */
  readonly patterns: readonly string[]
  readonly isTls?: boolean | undefined
  /** What a caller has to show; nothing of it is told here. */
  readonly asks?:
    | {
        readonly credentials: 'basic' | 'bearer' | undefined
        readonly hasApiVersion: boolean
      }
    | undefined
  /** Whether streams are taken from this address; from any when left out. */
  readonly isAllowed?: ((address: string) => boolean) | undefined
  /** The origin, and perhaps a path, under which the internet finds this server. */
  readonly publicBase?: string | undefined
  /** What else is worth knowing before the first call; one sentence each. */
  readonly notes: readonly string[]
}

const WHO_REACHES: Readonly<Record<Reach, string>> = {
  loopback: 'this machine only',
  private: 'this network only; Exotel cannot reach it',
  public: 'the internet, and so Exotel, if the firewall lets it in',
}

const APPLET_RATE = 'sample-rate=8000'

/** What `serve` prints once it listens: what to paste, who can reach it, how to call it. */
export function announce(announced: Announced): string {
  const {botName, template, port, notes} = announced
  const playing = template === undefined ? '' : `, template ${template}`
  return [
    `Serving the bot ${botName}${playing} on port ${String(port)}.`,
    '',
    ...pasteLines(announced),
    '',
    'Reachable at',
    ...reachLines(announced),
    '',
    ...(notes.length > 0 ? [...notes, ''] : []),
    ...callLines(announced),
    '',
    'To see what else to click in App Bazaar, in this folder:',
    `  ${printCommand(announced)}`,
    '',
    'Ctrl-C stops it, and ends open streams with close code 1001.',
  ].join('\n')
}

type Reachable = {readonly url: string; readonly reach: Reach}

/** The same as data, for `--json`. */
export function listening(announced: Announced): object {
  const {port, botName, template, notes} = announced
  const urls: readonly Reachable[] = reachable(announced)
  const publicUrl = publicStreamUrl(announced)
  return {port, bot: botName, template, urls, publicUrl, notes}
}

function reachable(announced: Announced): Reachable[] {
  return announced.addresses.map(({address, reach}) => ({url: urlOf(address, announced), reach}))
}

/** What goes into the applet, where the public name of this server is known. */
export function publicStreamUrl({
  publicBase,
  patterns,
}: Pick<Announced, 'publicBase' | 'patterns'>): string | undefined {
  if (publicBase === undefined) return undefined
  return `${publicBase.replace(/^http/, 'ws')}${dialablePath(patterns)}?${APPLET_RATE}`
}

/** What goes into the applet; Exotel takes a port as it is written, and a rate from the query. */
function pasteLines(announced: Announced): string[] {
  const {addresses, port, patterns, isTls} = announced
  const paste = `Paste this as the URL of the ${appletOf(announced)}:`
  const known = publicStreamUrl(announced)
  if (known !== undefined) return [paste, `  ${withUserinfo(known, announced)}`]
  const open = addresses.filter(({reach}) => reach === 'public')
  if (open.length > 0) {
    const urls = open.map(
      ({address}) => `  ${withUserinfo(urlOf(address, announced), announced)}?${APPLET_RATE}`,
    )
    if (isTls) return [paste, ...urls, 'with the name of the certificate in place of the address.']
    return [paste, ...urls, 'For live calls Exotel asks for wss://, so put TLS in front of it.']
  }
  return [
    'Exotel needs a public wss:// URL, and none of the addresses below is public: run a tunnel',
    `to port ${String(port)}, such as "ngrok http ${String(port)}" or`,
    `"cloudflared tunnel --url http://127.0.0.1:${String(port)}", or let --tunnel run it, and paste its`,
    `name as the URL of the ${appletOf(announced)}:`,
    `  ${withUserinfo('wss://NAME-OF-THE-TUNNEL', announced)}${dialablePath(patterns)}?${APPLET_RATE}`,
  ]
}

/** A bot that never speaks is what the Stream applet wants; to any other it only listens. */
function appletOf({botName}: Announced): string {
  return botName === 'sink' ? 'Stream applet' : 'Voicebot applet'
}

function reachLines(announced: Announced): string[] {
  const all = reachable(announced)
  const width = Math.max(...all.map(({url}) => url.length))
  return all.map(({url, reach}) => `  ${url.padEnd(width)}  ${WHO_REACHES[reach]}`)
}

/** In place of the secret, which is not for a screen. */
function withUserinfo(url: string, {asks}: Announced): string {
  return asks?.credentials === 'basic' ? url.replace('://', '://KEY:TOKEN@') : url
}

/** This machine calls each of its addresses from that address. */
function callLines(announced: Announced): string[] {
  const {addresses, isAllowed = () => true} = announced
  const callable = addresses.filter(({address}) => isAllowed(address))
  const local = callable.find(({reach}) => reach === 'loopback') ?? callable[0]
  if (!local) return ['It cannot be called from here: --allow names no address of this machine.']
  return [
    'To call it from here, in a second terminal in this folder:',
    `  ${callCommand(announced, local)}`,
  ]
}

function printCommand({botName, dataDir}: Announced): string {
  const use = botName === 'sink' ? ['--use stream'] : []
  const note = dataDir === undefined ? [] : [`--data-dir ${shellWord(dataDir)}`]
  return ['exostream flow print', ...use, ...note].join(' ')
}

/** The note in the data folder speaks of loopback, and holds no credentials; else the address has to be named. */
function callCommand(announced: Announced, local: Address): string {
  const {botName, template, dataDir, isTls, asks} = announced
  const isNoted = !isTls && asks?.credentials === undefined && local.reach === 'loopback'
  const note = dataDir === undefined ? [] : [`--data-dir ${shellWord(dataDir)}`]
  const where = isNoted ? note : [withUserinfo(urlOf(local.address, announced), announced)]
  const headers = [
    ...(asks?.credentials === 'bearer' ? ['--header "Authorization: Bearer TOKEN"'] : []),
    ...(asks?.hasApiVersion ? ['--header "X-API-Version: VERSION"'] : []),
  ]
  const played = [
    ...(template === 'sales' ? ['--scenario sales'] : []),
    ...(botName === 'sink' ? ['--profile stream-applet'] : []),
  ]
  return ['exostream simulate', ...where, ...headers, ...played].join(' ')
}

function urlOf(address: string, {port, patterns, isTls}: Announced): string {
  const host = address.includes(':') ? `[${address}]` : address
  return `${isTls ? 'wss' : 'ws'}://${host}:${String(port)}${dialablePath(patterns)}`
}
