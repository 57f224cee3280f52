import {isIP} from 'node:net'

import {goWords} from '../../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult, Hop, Role} from '../../check.js'
import {useCorrectedUrl} from '../../corrected-url.js'
import {portOf, withPort} from '../../endpoint.js'
import {causeOfClass, shownByExotel} from '../../exotel-error.js'
import {hostOf, quoted, someOf} from '../host-words.js'
import {
  askResolvers,
  lookupLine,
  publicView,
  type ResolverAnswer,
  whyNotAsked,
} from './resolvers.js'

/** Exotel asks from outside: what only this network knows of the name does not help it. */
export const publicDnsCheck: Check = {
  id: 'public-dns',
  title: 'Public resolvers say the same',
  group: 'host',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['host'],
  after: ['dns'],
  limitMs: 6000,
  async run(context) {
    const {hop, world, signal} = context
    const {url} = hop
    if (!url || !hop.addresses) return skip('not tried: nothing is known of the name')
    const host = hostOf(url)
    if (isIP(host) > 0) return skip(`not checked: ${host} is an address, not a name`)
    const reason = whyNotAsked(context)
    if (reason !== undefined) return skip(reason)
    const {clock, providers} = world
    const answers = await askResolvers(host, providers.resolvers, {clock, signal})
    return compare({host, url, hop, answers}, world.classOf)
  },
}

type Compared = {
  readonly host: string
  readonly url: URL
  readonly hop: Hop
  readonly answers: readonly ResolverAnswer[]
}
type ClassOf = CheckContext['world']['classOf']

function skip(summary: string): CheckResult {
  return {status: 'skip', mayGoOn: true, summary}
}

function compare({host, url, hop, answers}: Compared, classOf: ClassOf): CheckResult {
  const view = publicView(answers)
  const detail = [
    ...(hop.lookup ? [lookupLine('this machine', hop.lookup)] : []),
    ...answers.map((answer) => lookupLine(answer.resolver, answer.lookup, answer.aliases)),
  ].join('\n')
  if (!view || view.lookup.kind === 'no-answer') {
    return {...skip('not checked: no public resolver answered this machine'), detail}
  }
  if (view.lookup.kind === 'server-failure') return {...broken(host, hop.role), detail}
  if (view.lookup.kind !== 'found')
    return {...onlyHere({host, kind: view.lookup.kind, role: hop.role}), detail}
  const {addresses: outside} = view.lookup
  if (hop.lookup?.kind !== 'found') {
    return {status: 'pass', summary: `public resolvers know ${host} as ${someOf(outside)}`, detail}
  }
  return {
    ...judge({host, url, role: hop.role, here: hop.lookup.addresses, outside}, classOf),
    detail,
  }
}

type Addresses = {
  readonly host: string
  readonly url: URL
  readonly role: Role
  /** As this machine is told. */
  readonly here: readonly string[]
  /** As the world is told. */
  readonly outside: readonly string[]
}

/** Two answers of the same kind are no fault: who has many servers sends each asker to a near one. */
function judge({host, url, role, here, outside}: Addresses, classOf: ClassOf): CheckResult {
  const isPublic = (address: string) => classOf(address) === 'public'
  const [first] = outside
  if (first !== undefined && here.some(isPublic) && !outside.some(isPublic)) {
    return {
      status: 'fail',
      summary: `to the world ${host} is ${someOf(outside)}, which Exotel cannot reach; here it is ${someOf(here)}`,
      fix: (facts) =>
        `Publish the public address of ${host} in the zone that the world sees. ${useCorrectedUrl(facts)}`,
      ...shownByExotel(role, causeOfClass(classOf(first), withPort(first, portOf(url)))),
    }
  }
  if (!here.some(isPublic) && outside.some(isPublic)) {
    return {
      status: 'warn',
      summary: `here ${host} is ${someOf(here)}, to the world ${someOf(outside)}`,
      fix: 'Exotel takes the address of the world, and so do the checks of the host. If they fail from in here, try from a network outside.',
      hop: {addresses: outside},
    }
  }
  // Exotel takes what the world is told, wherever that and what is told here are not all public.
  const isMixed = [...here, ...outside].some((address) => !isPublic(address))
  const isSame = outside.some((address) => here.includes(address))
  return {
    status: 'pass',
    summary: isSame
      ? `public resolvers find ${host} where this machine does`
      : `public resolvers know ${host} as ${someOf(outside)}, this machine as ${someOf(here)}`,
    ...(isMixed ? {hop: {addresses: outside}} : {}),
  }
}

type OnlyHere = {
  readonly host: string
  readonly kind: 'no-such-name' | 'no-address'
  readonly role: Role
}

/** The name is known here, and to nobody outside. */
function onlyHere({host, kind, role}: OnlyHere): CheckResult {
  const said = kind === 'no-such-name' ? 'it does not exist' : 'it has no address'
  return {
    status: 'fail',
    summary: `${host} is known in this network only: to public resolvers ${said}`,
    fix: (facts) =>
      `Publish ${host} in the DNS that the world sees, or take a name that is; a new record may need some minutes. ${useCorrectedUrl(facts)}`,
    ...shownByExotel(role, goWords.noSuchHost(host)),
  }
}

/** Public resolvers hold a zone against its signatures; nothing says whether Exotel's does. */
function broken(host: string, role: Role): CheckResult {
  return {
    status: 'warn',
    summary: `public resolvers fail to look up ${host}, and Exotel's may too`,
    fix: `The zone is broken, most likely in its DNSSEC signatures. When only the second line finds an address, it is that:\ndig +short ${quoted(host)} @1.1.1.1\ndig +short +cd ${quoted(host)} @1.1.1.1`,
    ...shownByExotel(role, goWords.dnsServerFailed(host)),
  }
}
