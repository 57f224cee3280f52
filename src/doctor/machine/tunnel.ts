import type {Check, CheckContext, CheckResult, LocalTunnel} from '../check.js'
import {useCorrectedUrl} from '../corrected-url.js'
import {tunnelServiceOf} from '../host/dns/tunnel-names.js'
import {findListeners} from './listeners/listeners.js'
import {findTunnels} from './tunnels/find-tunnels.js'

/** Which tunnel runs here, and whether it is the one of the URL; asks this machine only. */
export const tunnelCheck: Check = {
  id: 'tunnel',
  title: 'The tunnel of this machine is the one in the URL',
  group: 'machine',
  roles: 'machine',
  needs: [],
  // A tunnel that opens the stream is the right one, whatever else runs here.
  after: ['url', 'open-time'],
  limitMs: 6000,
  async run(context) {
    const tunnels = await findTunnels(context)
    const result = await judge(tunnels, context)
    return {...result, known: {tunnels}}
  },
}

async function judge(tunnels: readonly LocalTunnel[], context: CheckContext): Promise<CheckResult> {
  const {hop} = context
  const host = hop.url?.hostname ?? ''
  const [first] = tunnels
  if (!first) return {status: 'skip', mayGoOn: true, summary: 'no tunnel runs on this machine'}
  const own = tunnels.find(({url}) => url !== undefined && new URL(url).hostname === host)
  const isOpen = hop.answer?.kind === 'opened'
  if (own) return isOpen ? found([own]) : await checkPort(own, context)
  const service = tunnelServiceOf(host)
  const renamed = tunnels.find(({name, url}) => name === service && url !== undefined)
  if (renamed?.url === undefined || isOpen) return found(tunnels)
  return {
    status: 'warn',
    summary: `the ${renamed.name} of this machine has the name ${new URL(renamed.url).hostname} now, and the URL says ${host}`,
    detail: shown(renamed),
    fix: useCorrectedUrl,
  }
}

/** Whether somebody is where the tunnel leads. */
async function checkPort(tunnel: LocalTunnel, context: CheckContext): Promise<CheckResult> {
  const {port} = tunnel
  const listeners = port === undefined ? undefined : await findListeners(port, context)
  if (port === undefined || listeners?.length !== 0) return found([tunnel])
  return {
    status: 'warn',
    summary: `${tunnel.name} leads to port ${String(port)} of this machine, where nothing listens`,
    detail: shown(tunnel),
    fix: `Start the bot on that port, or the tunnel with the port of the bot:\nexostream serve --port ${String(port)}`,
  }
}

function found(tunnels: readonly LocalTunnel[]): CheckResult {
  return {status: 'pass', summary: tunnels.slice(0, MOST_SHOWN).map(shown).join(', ')}
}

const MOST_SHOWN = 3

function shown({name, url, port}: LocalTunnel): string {
  if (url === undefined) return `${name} runs here, and does not tell its URL`
  return `${name} runs here as ${url}${port === undefined ? '' : `, to port ${String(port)}`}`
}
