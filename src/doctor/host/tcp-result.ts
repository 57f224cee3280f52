import {isIP} from 'node:net'

import {goWords} from '../../stream/exotel/go-words.js'
import type {CheckContext, CheckResult, FixFacts, Listener} from '../check.js'
import {correctedUrl, useCorrectedUrl} from '../corrected-url.js'
import {portOf, withPort} from '../endpoint.js'
import {shownByExotel} from '../exotel-error.js'
import {isLoopback} from '../machine/place.js'
import {wayInFix} from '../outside/way-in.js'
import {hostOf, quoted, someOf} from './host-words.js'
import {type Attempt, type Failure, isFailure} from './try-connect.js'

/** What came of the connections to all addresses of a host. */
export function judgeAttempts(
  url: URL,
  attempts: readonly Attempt[],
  context: CheckContext,
): CheckResult {
  const detail = attempts
    .map(
      ({address, words, tookMs}) =>
        `${withPort(address, portOf(url))}: ${words} (${String(tookMs)} ms)`,
    )
    .join('\n')
  const connected = attempts.filter(({outcome}) => outcome === 'connected')
  const failures = attempts.filter(isFailure)
  const [first] = connected
  if (!first) return {...notConnected(url, {attempts, failures}, context), detail}
  const hop = {addresses: sorted(context.hop.addresses ?? [], connected)}
  const [failure] = failures
  if (!failure) {
    const summary = `${placeOf(url, connected)} accepts connections, in ${String(first.tookMs)} ms`
    return {status: 'pass', summary, detail, hop}
  }
  return {
    status: 'warn',
    summary: `${placeOf(url, connected)} accepts connections, but not at ${someOf(failures.map(addressOf))}, and Exotel may take either`,
    detail,
    fix: `Let the bot listen at each address, or take the others out of the DNS; this shows them:\ndig +short ${quoted(hostOf(url))}`,
    ...shown(failure, url, context),
    hop,
  }
}

type Seen = {readonly attempts: readonly Attempt[]; readonly failures: readonly Failure[]}

function notConnected(url: URL, {attempts, failures}: Seen, context: CheckContext): CheckResult {
  const where = placeOf(url, attempts)
  const [first] = failures
  const why = first ? whyNotBelieved(first, context) : 'this machine has no way there'
  if (!first || why !== undefined) {
    return {status: 'skip', summary: `${where} was not checked: ${why ?? ''}`}
  }
  const {summary, fix} = MEANINGS[first.outcome]
  return {
    status: 'fail',
    summary: summary(where),
    fix: (facts) => fix({facts, url, address: first.address}) + wayIn(facts),
    ...shown(first, url, context),
  }
}

function shown({address, outcome}: Failure, url: URL, {hop}: CheckContext) {
  return shownByExotel(hop.role, MEANINGS[outcome].goCause(withPort(address, portOf(url))))
}

/** The URL of a way in that was found to this machine, which may be where the bot is. */
function wayIn(facts: FixFacts): string {
  const url = correctedUrl(facts)
  if (url === undefined || isTried(new URL(url), facts)) return ''
  const condition = facts.hop.isHere === true ? '' : 'If the bot runs on this machine: '
  const sentence = useCorrectedUrl(facts)
  return sentence === '' ? '' : `\n${condition}${sentence}`
}

/** Whether it leads to where nothing was found. */
function isTried(way: URL, {hop}: FixFacts): boolean {
  const {url, addresses = []} = hop
  if (!url || portOf(way) !== portOf(url)) return false
  return hostOf(way) === hostOf(url) || addresses.includes(hostOf(way))
}

/** Host and port, with the addresses behind a name. */
function placeOf(url: URL, attempts: readonly Attempt[]): string {
  const host = hostOf(url)
  if (isIP(host) > 0) return withPort(host, portOf(url))
  return `${withPort(host, portOf(url))} (${someOf(attempts.map(addressOf))})`
}

/** What was seen may say more of the place that it was seen from. */
function whyNotBelieved(
  {address, outcome}: Failure,
  {known, hop}: CheckContext,
): string | undefined {
  const {isOffline, isBehindNat, publicAddress} = known
  if (isLoopback(address)) return undefined
  if (isOffline === true && hop.isHere !== true && outcome === 'silent') {
    return 'this machine has no network'
  }
  // Few routers lead somebody inside back in by the outer address.
  if (isBehindNat === true && publicAddress === address) {
    return 'this machine is behind NAT, and from inside its public address says nothing'
  }
  return undefined
}

type Place = {readonly facts: FixFacts; readonly url: URL; readonly address: string}

type Meaning = {
  readonly summary: (where: string) => string
  readonly goCause: (address: string) => string
  readonly fix: (place: Place) => string
}

const dropped: Omit<Meaning, 'goCause'> = {
  summary: (where) => `${where} takes a connection and closes it at once`,
  fix: ({url}) =>
    `What listens on port ${String(portOf(url))} hands on to a bot that is not there, or lets only some addresses in: start the bot, and check where the proxy, container or tunnel in front leads to.`,
}

const MEANINGS: Readonly<Record<Failure['outcome'], Meaning>> = {
  refused: {
    summary: (where) => `nothing accepts connections at ${where}`,
    goCause: goWords.refused,
    fix: ({facts, url, address}) => {
      const port = String(portOf(url))
      return facts.hop.isHere === true || isLoopback(address)
        ? listeningFix(port, facts.known.listeners ?? [])
        : `Start the bot on ${hostOf(url)}, so that it listens on port ${port} of every address (0.0.0.0) and not of loopback alone; or the port in the URL is wrong.`
    },
  },
  reset: {...dropped, goCause: goWords.reset},
  closed: {...dropped, goCause: goWords.eof},
  silent: {
    summary: (where) => `${where} does not answer: something drops what comes to that port`,
    goCause: goWords.timeout,
    fix: ({facts, url}) => wayInFix(facts, {port: portOf(url), localAddress: undefined}),
  },
  unreachable: {
    summary: (where) => `no way leads to ${where}: its machine is off, or a firewall rejects`,
    goCause: goWords.noRoute,
    fix: ({facts, url}) =>
      `Start the machine of ${hostOf(url)}. ${wayInFix(facts, {port: portOf(url), localAddress: undefined})}`,
  },
}

function listeningFix(port: string, listeners: readonly Listener[]): string {
  const [other] = listeners
  if (!other) {
    return `Nothing listens on port ${port} of this machine; start the bot, or the built-in one:\nexostream serve --port ${port}`
  }
  const who = other.program ?? 'the bot'
  const pid = other.pid === undefined ? '' : ` (process ${String(other.pid)})`
  return `On port ${port} of this machine ${who}${pid} listens at ${other.address} only: let it listen on every address (0.0.0.0).`
}

/** Those that take connections first: the checks behind dial them in this order. */
function sorted(addresses: readonly string[], connected: readonly Attempt[]): readonly string[] {
  const good = connected.map(addressOf)
  return [...good, ...addresses.filter((address) => !good.includes(address))]
}

function addressOf({address}: Attempt): string {
  return address
}
