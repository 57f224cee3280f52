import {withoutControls} from '../../../mask.js'
import {type FirewallVerdict, holdsPort} from './rules.js'

/** The ports of services that zones come with, from firewalld's own /usr/lib/firewalld/services. */
const SERVICE_PORTS: Readonly<Record<string, readonly number[]>> = {
  cockpit: [9090],
  'dhcpv6-client': [],
  http: [80],
  http3: [],
  https: [443],
  'ipp-client': [],
  mdns: [],
  'samba-client': [],
  ssh: [22],
}

/** What `firewall-cmd --list-all` says of the port: the zone of the devices that are in none. */
export function readFirewalld(text: string, port: number): FirewallVerdict {
  const [header = '', ...rest] = text.trim().split('\n').map(withoutControls)
  const value = (name: string): string =>
    rest
      .find((line) => line.trim().startsWith(`${name}:`))
      ?.replace(/^[^:]*:\s*/, '')
      .trim() ?? ''
  const target = value('target')
  const closedLine = `${header.trim()}: ports: ${value('ports')}`
  if (!/\(.*\bactive\b.*\)/.test(header)) {
    return {
      state: 'unknown',
      line: `zone ${header.trim()} has no device: the others are not looked at`,
    }
  }
  const told =
    byRichRules(rest, port) ?? byPorts(value('ports'), port) ?? byServices(value('services'), port)
  if (told) return told
  if (target === 'ACCEPT') return {state: 'open', line: 'target: ACCEPT'}
  // Anything but DROP is refused with icmp-admin-prohibited, which Linux tells as "no route to host".
  return {state: 'closed', line: closedLine, ...(target === 'DROP' ? {} : {seenAs: 'no-route'})}
}

function byPorts(ports: string, port: number): FirewallVerdict | undefined {
  const found = ports.split(/\s+/).find((one) => {
    const [range = '', protocol] = one.split('/')
    return protocol === 'tcp' && holdsPort(range, port) === 'yes'
  })
  return found === undefined ? undefined : {state: 'open', line: `ports: ${found}`}
}

function byServices(services: string, port: number): FirewallVerdict | undefined {
  const names = services.split(/\s+/).filter((name) => name !== '')
  const found = names.find((name) => SERVICE_PORTS[name]?.includes(port) === true)
  if (found !== undefined) return {state: 'open', line: `services: ${found}`}
  const other = names.find((name) => SERVICE_PORTS[name] === undefined)
  return other === undefined
    ? undefined
    : {state: 'unknown', line: `services: ${other}, whose ports are not known here`}
}

/** Such as `rule family="ipv4" port port="5000" protocol="tcp" accept`. */
function byRichRules(lines: readonly string[], port: number): FirewallVerdict | undefined {
  const rules = lines.map((line) => line.trim()).filter((line) => line.startsWith('rule '))
  for (const line of rules) {
    if (/family="ipv6"|protocol="udp"/.test(line)) continue
    const [, range] = /\bport port="([^"]+)"/.exec(line) ?? []
    if (range === undefined || holdsPort(range, port) !== 'yes') continue
    if (/\bsource\b|\bdestination\b/.test(line)) return {state: 'unknown', line}
    if (/\baccept\b/.test(line)) return {state: 'open', line}
    if (/\bdrop\b/.test(line)) return {state: 'closed', line}
    if (/\breject\b/.test(line)) return {state: 'closed', line, seenAs: 'no-route'}
  }
  return undefined
}
