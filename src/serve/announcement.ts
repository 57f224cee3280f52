import type {Address, Reach} from './addresses.js'

export type Announced = {
  readonly port: number
  readonly addresses: readonly Address[]
  readonly botName: string
  /** Of the playback bot. */
  readonly template?: string | undefined
  /** Where it is noted, when that is not the usual folder. */
  readonly dataDir?: string | undefined
}

const WHO_REACHES: Readonly<Record<Reach, string>> = {
  loopback: 'this machine only',
  private: 'this network only; Exotel cannot reach it',
  public: 'the internet, and so Exotel, if the firewall lets it in',
}

const APPLET_RATE_HZ = 8000

/** What `serve` prints once it listens: what to paste, who can reach it, how to call it. */
export function announce(announced: Announced): string {
  const {botName, template, port} = announced
  const playing = template === undefined ? '' : `, template ${template}`
  return [
    `Serving the bot ${botName}${playing} on port ${String(port)}.`,
    '',
    ...pasteLines(announced),
    '',
    'Reachable at',
    ...reachLines(announced),
    '',
    'To call it from here, in a second terminal in this folder:',
    `  ${callCommand(announced)}`,
    '',
    'Ctrl-C stops it, and ends open streams with close code 1001.',
  ].join('\n')
}

type Reachable = {readonly url: string; readonly reach: Reach}

/** The same as data, for `--json`. */
export function reachable({addresses, port}: Pick<Announced, 'addresses' | 'port'>): Reachable[] {
  return addresses.map(({address, reach}) => ({url: urlOf(address, port), reach}))
}

/** What goes into the applet; Exotel takes a port as it is written, and a rate from the query. */
function pasteLines({addresses, port}: Announced): string[] {
  const rate = `sample-rate=${String(APPLET_RATE_HZ)}`
  const open = addresses.filter(({reach}) => reach === 'public')
  if (open.length > 0) {
    return [
      'Paste this as the URL of the Voicebot applet:',
      ...open.map(({address}) => `  ${urlOf(address, port)}?${rate}`),
      'For live calls Exotel asks for wss://, so put TLS in front of it.',
    ]
  }
  return [
    'Exotel needs a public wss:// URL, and none of the addresses below is public: run a tunnel',
    `to port ${String(port)}, such as "ngrok http ${String(port)}" or`,
    `"cloudflared tunnel --url http://127.0.0.1:${String(port)}", and paste its name as the URL of the`,
    'Voicebot applet:',
    `  wss://NAME-OF-THE-TUNNEL/media?${rate}`,
  ]
}

function reachLines(announced: Announced): string[] {
  const all = reachable(announced)
  const width = Math.max(...all.map(({url}) => url.length))
  return all.map(({url, reach}) => `  ${url.padEnd(width)}  ${WHO_REACHES[reach]}`)
}

/** The note in the data folder speaks of loopback; any other address has to be named. */
function callCommand({addresses, port, template, dataDir}: Announced): string {
  const [first] = addresses
  const isNoted = !first || addresses.some(({reach}) => reach === 'loopback')
  const note = dataDir === undefined ? [] : [`--data-dir ${quoted(dataDir)}`]
  const where = isNoted ? note : [urlOf(first.address, port)]
  const scenario = template === 'sales' ? ['--scenario sales'] : []
  return ['exostream simulate', ...where, ...scenario].join(' ')
}

/** A path as a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w./~:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}

function urlOf(address: string, port: number): string {
  const host = address.includes(':') ? `[${address}]` : address
  return `ws://${host}:${String(port)}/media`
}
