import {printable} from '../../report/text/plain.js'
import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult} from '../check.js'
import {withPort} from '../endpoint.js'
import {
  askFirewalls,
  type FirewallAnswer,
  type FirewallName,
  openingCommand,
} from './firewalls/look.js'
import type {FirewallVerdict} from './firewalls/rules.js'
import {type Place, placeOf} from './place.js'

/** Whether a firewall of this machine lets the port in; those on the way here are others' to tell. */
export const firewallCheck: Check = {
  id: 'firewall',
  title: 'No firewall of this machine keeps the port closed',
  group: 'machine',
  roles: 'machine',
  needs: [],
  after: ['listening', 'address', 'public-ip'],
  limitMs: 8000,
  async run(context) {
    const place = placeOf(context)
    const reason = whyNot(place, context)
    if (reason !== undefined) return {status: 'skip', mayGoOn: true, summary: reason}
    const {port} = place
    const {listeners = []} = context.known
    const program = listeners.find((one) => one.program !== undefined)?.program
    const pid = listeners.find((one) => one.pid !== undefined)?.pid
    return judge(await askFirewalls({...context, port, program}), {...place, pid})
  },
}

function whyNot(place: Place, {target}: CheckContext): string | undefined {
  if (target.isLocal) return 'with --local nobody comes from outside'
  if (target.kind === 'machine') return undefined
  if (!place.isHere) return 'the URL does not lead straight to this machine'
  if (place.isLoopback) return 'no firewall stands before loopback'
  return place.isInside ? 'the URL leads to no public address' : undefined
}

type Told = {readonly name: FirewallName; readonly verdict: FirewallVerdict}

type Asked = Pick<Place, 'port' | 'addresses'> & {readonly pid: number | undefined}

function judge(answers: readonly FirewallAnswer[], asked: Asked): CheckResult {
  const {port} = asked
  const told = answers.flatMap(({name, ...answer}): readonly Told[] =>
    answer.kind === 'told' ? [{name, verdict: answer.verdict}] : [],
  )
  const inState = (state: FirewallVerdict['state']) =>
    told.find(({verdict}) => verdict.state === state)
  const closed = inState('closed')
  if (closed) return closedBy(closed, asked)
  // Who manages the rules knows best what they come to; the others only confirm it.
  const [first] = told
  const unclear =
    first?.verdict.state === 'open' && isManager(first) ? undefined : inState('unknown')
  if (unclear) {
    return {
      status: 'skip',
      summary: `not clear whether ${SHOWN[unclear.name]} lets port ${String(port)} in`,
      detail: `${shownLine(unclear.verdict)}\nIf it does not:\n${openingCommand(unclear.name, unclear.verdict, asked)}`,
    }
  }
  const hidden = answers.find((answer) => answer.kind === 'hidden')
  if (hidden?.kind === 'hidden') {
    const {name, words, command} = hidden
    const isForRoot = /\broot\b|permi(?:tted|ssion)|denied|authoriz/i.test(words)
    return {
      status: 'skip',
      summary: isForRoot
        ? `not checked: ${SHOWN[name]} tells root only`
        : `not checked: what ${SHOWN[name]} says cannot be read`,
      detail: `${printable(words).slice(0, 300)}\nTo see it:\n${command}`,
    }
  }
  if (!first) return {status: 'skip', summary: 'not checked: no program here tells of a firewall'}
  const note = first.name === 'macos' ? '; pf is not looked at' : ''
  return {
    status: 'pass',
    summary: `no firewall of this machine keeps port ${String(port)} closed${note}`,
    detail: told.map(({name, verdict}) => `${name}: ${shownLine(verdict)}`).join('\n'),
  }
}

/** An inactive one manages nothing. */
function isManager({name, verdict}: Told): boolean {
  return (name === 'ufw' && verdict.line !== 'Status: inactive') || name === 'firewalld'
}

const SHOWN: Readonly<Record<FirewallName, string>> = {
  ufw: 'ufw',
  firewalld: 'firewalld',
  nft: 'nftables',
  iptables: 'iptables',
  macos: 'the firewall of macOS',
  windows: 'the Windows firewall',
}

function closedBy({name, verdict}: Told, asked: Asked): CheckResult {
  const {port, addresses} = asked
  // Without a URL it is not known which address they come to.
  const address = withPort(addresses[0] ?? '0.0.0.0', port)
  const {refused, noRoute, timeout} = goWords
  const cause = {refused, 'no-route': noRoute, silence: timeout}[verdict.seenAs ?? 'silence'](
    address,
  )
  return {
    status: 'fail',
    summary: `${SHOWN[name]} on this machine keeps port ${String(port)} closed`,
    detail: shownLine(verdict),
    fix: `Let the port in:\n${openingCommand(name, verdict, asked)}`,
    exotelError: exotelError(cause),
  }
}

function shownLine({line}: FirewallVerdict): string {
  return printable(line).slice(0, 300)
}
