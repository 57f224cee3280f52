import {goWords} from '../../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult, FixFacts, Role} from '../../check.js'
import {useCorrectedUrl} from '../../corrected-url.js'
import {shownByExotel} from '../../exotel-error.js'
import {
  type AddressClass,
  isAddress,
  nameOfClass,
} from '../../../stream/written-url/address-class.js'
import {hasTls, portOf} from '../../endpoint.js'
import {whyOwnName} from '../../../stream/written-url/own-names.js'
import {useWholeUrl} from '../whole-url.js'

export const hostCheck: Check = {
  id: 'host',
  title: 'The host is one that Exotel could know',
  group: 'url',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['url'],
  limitMs: 1000,
  run: (context) => Promise.resolve(judge(context)),
}

function judge(context: CheckContext): CheckResult {
  const {hop, target} = context
  if (target.isLocal) {
    const summary = 'not checked: --local, and where the host lies only matters from outside'
    return {status: 'skip', summary, mayGoOn: true}
  }
  const {url} = hop
  if (!url) return {status: 'skip', summary: 'not checked: no URL was read'}
  const host = url.hostname.replace(/\.$/, '').toLowerCase()
  return isAddress(host) ? ofAddress(host, url, context) : ofName(host, url, hop.role)
}

function ofAddress(host: string, url: URL, context: CheckContext): CheckResult {
  const kind = context.world.classOf(host)
  if (kind !== 'public') {
    return {
      status: 'fail',
      summary: `${host} is ${nameOfClass(kind)}, so Exotel cannot reach it`,
      fix: useWholeUrl,
      ...shownByExotel(context.hop.role, causeOf(kind, `${host}:${portOf(url)}`)),
    }
  }
  if (host.startsWith('[')) {
    return {
      status: 'warn',
      summary: `${host} is an IPv6 address, and nothing says that Exotel dials IPv6`,
      fix: (facts) => `Write a host name that has an IPv4 address, too. ${offer(facts)}`.trim(),
    }
  }
  if (hasTls(url)) {
    return {
      status: 'warn',
      summary: `${host} is a bare address with ${url.protocol}//, and few certificates name an address`,
      fix: (facts) =>
        `Write the host name that the bot's certificate is for. ${offer(facts)}`.trim(),
    }
  }
  return {status: 'pass', summary: `${host} is ${nameOfClass(kind)}`}
}

function ofName(host: string, url: URL, role: Role): CheckResult {
  const why = whyOwnName(host)
  if (why === undefined) {
    return {status: 'pass', summary: `${host} is a name that the public DNS may have`}
  }
  return {
    status: 'fail',
    summary: `${host} ${why}`,
    fix: useWholeUrl,
    ...shownByExotel(
      role,
      host === 'localhost' ? goWords.refused(`127.0.0.1:${portOf(url)}`) : goWords.noSuchHost(host),
    ),
  }
}

/** What the dialer of a machine at Exotel meets there. */
function causeOf(kind: AddressClass, address: string): string {
  if (kind === 'loopback' || kind === 'unspecified') return goWords.refused(address)
  return kind === 'multicast' ? goWords.networkUnreachable(address) : goWords.timeout(address)
}

function offer(facts: FixFacts): string {
  return (facts.known.tunnels ?? []).some(({url}) => url !== undefined)
    ? useCorrectedUrl(facts)
    : ''
}
