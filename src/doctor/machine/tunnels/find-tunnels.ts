import {get, parseHttpUrl} from '../../../stream/exotel-http/get.js'
import type {CheckContext, LocalTunnel} from '../../check.js'
import {readCloudflared, readEndpoints, readTunnels} from './answers.js'
import {tunnelProcesses} from './tunnel-processes.js'

const API_LIMIT_MS = 1000
const MOST_TUNNELS = 20

type TunnelWorld = Pick<CheckContext, 'world' | 'signal'>

/** The tunnels of this machine: what they say of themselves, else that such a program runs. */
export async function findTunnels(context: TunnelWorld): Promise<readonly LocalTunnel[]> {
  const {tunnelApis, procDir, platform} = context.world
  const [answers, processes] = await Promise.all([
    Promise.all([
      ...tunnelApis.ngrok.map((origin) => askNgrok(origin, context)),
      ...tunnelApis.cloudflared.map((origin) => askCloudflared(origin, context)),
    ]),
    platform === 'linux' ? tunnelProcesses(procDir) : [],
  ])
  const told = withoutRepeats(answers.flat())
  const silent = processes.filter(({name}) => told.every((tunnel) => tunnel.name !== name))
  return [...told, ...silent].slice(0, MOST_TUNNELS)
}

/** Its agent has the endpoints of today and the tunnels of before: ngrok.com/docs/agent/api. */
async function askNgrok(origin: string, context: TunnelWorld): Promise<readonly LocalTunnel[]> {
  const [endpoints, tunnels] = await Promise.all([
    ask(`${origin}/api/endpoints`, context),
    ask(`${origin}/api/tunnels`, context),
  ])
  return [...readEndpoints(endpoints), ...readTunnels(tunnels)]
}

/** Its metrics server, where `/quicktunnel` names a tunnel without an account: github.com/cloudflare/cloudflared, metrics. */
async function askCloudflared(
  origin: string,
  context: TunnelWorld,
): Promise<readonly LocalTunnel[]> {
  const [quick, config, ready] = await Promise.all(
    ['quicktunnel', 'config', 'ready'].map((path) => ask(`${origin}/${path}`, context)),
  )
  return readCloudflared({quick, config, ready})
}

/** The JSON of an answer; undefined for whatever is none. */
async function ask(url: string, {world, signal}: TunnelWorld): Promise<unknown> {
  const parsed = parseHttpUrl(url)
  const {clock} = world
  const {answer} = await get(parsed, parsed.dialled, {clock, signal, limitMs: API_LIMIT_MS}).then(
    (result) => ('answer' in result ? result : {answer: undefined}),
  )
  if (!answer || answer.isCut) return undefined
  try {
    const json: unknown = JSON.parse(answer.body)
    return json
  } catch {
    // Another program has the port.
    return undefined
  }
}

function withoutRepeats(tunnels: readonly LocalTunnel[]): readonly LocalTunnel[] {
  const byName = new Map<string, LocalTunnel>()
  for (const tunnel of tunnels) {
    const key = `${tunnel.name} ${tunnel.url ?? ''}`
    byName.set(key, {...byName.get(key), ...tunnel})
  }
  return [...byName.values()]
}
