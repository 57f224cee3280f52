import {isIP} from 'node:net'

import {goWords} from '../../../stream/exotel/go-words.js'
import type {Check, CheckContext, CheckResult, FixFacts, Lookup} from '../../check.js'
import {useCorrectedUrl} from '../../corrected-url.js'
import {shownByExotel} from '../../exotel-error.js'
import {hostOf, quoted, someOf} from '../host-words.js'
import {
  askResolvers,
  failureKind,
  failureOf,
  ipv4First,
  lookupLine,
  publicView,
  type ResolverAnswer,
  whyNotAsked,
} from './resolvers.js'
import {meantTunnel, tunnelServiceOf} from './tunnel-names.js'

/** The system's resolver cannot be told to stop; after this it counts as silent. */
const SYSTEM_LIMIT_MS = 5000
/** The names that it is an alias of are worth no longer wait once it is found. */
const ALIASES_LIMIT_MS = 1000

export const dnsCheck: Check = {
  id: 'dns',
  title: 'The host name resolves',
  group: 'host',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['host', 'call-sid-in-url'],
  after: ['network'],
  limitMs: 8000,
  async run(context) {
    const {url} = context.hop
    if (!url) return {status: 'skip', summary: 'not tried: no host is known'}
    const host = hostOf(url)
    if (isIP(host) > 0) {
      const summary = `${host} is an address, there is nothing to look up`
      return {status: 'pass', summary, hop: {addresses: [host]}}
    }
    const {system, answers} = await askBoth(host, context)
    return system.kind === 'found'
      ? found(host, system, answers)
      : missing(host, {system, answers}, context)
  },
}

type Found = Extract<Lookup, {kind: 'found'}>
type Failed = Exclude<Lookup, Found>

/** Of the resolvers none where nobody was to be asked. */
type Asked = {readonly system: Lookup; readonly answers: readonly ResolverAnswer[]}

/** At the same time, because getaddrinfo has one word for no such name, no address and a broken zone. */
async function askBoth(host: string, context: CheckContext): Promise<Asked> {
  const {world, signal} = context
  const {clock, providers} = world
  const done = new AbortController()
  const ending = AbortSignal.any([signal, done.signal])
  const resolvers = whyNotAsked(context) === undefined ? providers.resolvers : []
  const asking = askResolvers(host, resolvers, {clock, signal: ending})
  // Heard below; this is for the case that the system's answer ends it all.
  asking.catch(() => undefined)
  try {
    const system = await askSystem(host, context)
    if (system.kind !== 'found') return {system, answers: await asking}
    const enough = clock.sleepUntil(clock.now() + ALIASES_LIMIT_MS, ending)
    return {system, answers: await Promise.race([asking, enough.then(() => [])])}
  } finally {
    done.abort()
  }
}

async function askSystem(host: string, {world, signal}: CheckContext): Promise<Lookup> {
  const {clock, lookup} = world
  const beganAt = clock.now()
  const tookMs = () => Math.round(clock.now() - beganAt)
  const done = new AbortController()
  const limit = clock
    .sleepUntil(beganAt + SYSTEM_LIMIT_MS, AbortSignal.any([signal, done.signal]))
    .then(() => 'late' as const)
  // The race hears it; this is for a lookup that throws before there is one.
  limit.catch(() => undefined)
  try {
    const answer = await Promise.race([lookup(host), limit])
    if (answer === 'late') {
      const words = `no answer within ${String(SYSTEM_LIMIT_MS / 1000)} s`
      return {kind: 'no-answer', words, tookMs: tookMs()}
    }
    const addresses = ipv4First(answer.map(({address}) => address).filter((one) => isIP(one) > 0))
    if (addresses.length > 0) return {kind: 'found', addresses, aliases: [], tookMs: tookMs()}
    return {kind: 'no-address', words: 'an answer without an address', tookMs: tookMs()}
  } catch (error) {
    signal.throwIfAborted()
    const {code, words} = failureOf(error)
    return {kind: failureKind(code), words, tookMs: tookMs()}
  } finally {
    done.abort()
  }
}

function found(host: string, system: Found, answers: readonly ResolverAnswer[]): CheckResult {
  const aliases = publicView(answers)?.aliases ?? []
  return {
    status: 'pass',
    summary: `${host} is ${someOf(system.addresses)}`,
    detail: lookupLine('this machine', system, aliases),
    hop: {lookup: {...system, aliases}, addresses: system.addresses},
  }
}

/** This machine does not know the name: is it the name, the machine, or the network? */
function missing(
  host: string,
  {system, answers}: Asked & {readonly system: Failed},
  context: CheckContext,
): CheckResult {
  const view = publicView(answers)
  const detail = [
    lookupLine('this machine', system),
    ...answers.map((answer) => lookupLine(answer.resolver, answer.lookup, answer.aliases)),
  ].join('\n')
  const hop = {lookup: system}
  if (view?.lookup.kind === 'found') {
    const {addresses} = view.lookup
    return {...unknownHere(host, addresses, context), detail, hop: {...hop, addresses}}
  }
  const kind = kindOfBoth(system, view?.lookup, context)
  if (kind === 'no-answer') {
    const nobodyAnswered = answers.length > 0 || context.known.isOffline === true
    return {
      status: 'skip',
      summary: `${host} could not be looked up: no DNS server has an answer for this machine`,
      detail,
      hop,
      ...(nobodyAnswered ? {known: {isOffline: true}} : {}),
    }
  }
  const {summary, goCause, advice} = FAILURES[kind]
  return {
    status: 'fail',
    summary: summary(host, view?.aliases.at(-1)),
    detail,
    fix: (facts) => `${advice(host, facts)}\n${useCorrectedUrl(facts)}`,
    ...shownByExotel(context.hop.role, goCause(host)),
    hop,
  }
}

function unknownHere(
  host: string,
  addresses: readonly string[],
  {world}: CheckContext,
): Extract<CheckResult, {status: 'warn' | 'fail'}> {
  return {
    status: 'warn',
    summary: `only the resolver of this machine does not know ${host}; to public ones it is ${someOf(addresses)}`,
    fix: `Exotel is not concerned. This machine may remember the time before the name was made; forget it:\n${forgetCommand(world.platform)}`,
  }
}

/** What is outside counts, where anybody there said something. */
function kindOfBoth(
  system: Failed,
  view: Lookup | undefined,
  {known, world}: CheckContext,
): Failed['kind'] {
  if (view && view.kind !== 'found' && view.kind !== 'no-answer') return view.kind
  // Without a network macOS and Windows call every name unknown; Linux says that nobody answers.
  const isBelieved = world.platform === 'linux' || view === undefined
  // One server that fails by itself says nothing of the name.
  const isSure = isBelieved && known.isOffline !== true && system.kind !== 'server-failure'
  return isSure ? system.kind : 'no-answer'
}

type Failure = {
  readonly summary: (host: string, alias: string | undefined) => string
  readonly goCause: (host: string) => string
  readonly advice: (host: string, facts: FixFacts) => string
}

/** Go has the same words for a name without an address and for one that is not there. */
const FAILURES: Readonly<Record<Exclude<Failed['kind'], 'no-answer'>, Failure>> = {
  'no-such-name': {
    summary: (host, alias) =>
      alias === undefined
        ? `${host} does not exist in the DNS`
        : `${host} is an alias of ${alias}, which does not exist in the DNS`,
    goCause: goWords.noSuchHost,
    advice: noSuchNameAdvice,
  },
  'no-address': {
    summary: (host, alias) =>
      alias === undefined
        ? `${host} exists in the DNS but has no address`
        : `${host} is an alias of ${alias}, which has no address`,
    goCause: goWords.noSuchHost,
    advice: (host) =>
      `Add an A record with the public address of the bot to ${host}; this shows when it is there:\ndig +short ${quoted(host)} A`,
  },
  'server-failure': {
    summary: (host) => `the name servers of ${host} fail to answer for it`,
    goCause: goWords.dnsServerFailed,
    advice: (host) =>
      `The zone is broken: its name servers are silent, or its DNSSEC signatures do not fit. The first line shows which server it is; when only the second finds an address, it is DNSSEC:\ndig +trace ${quoted(host)}\ndig +cd ${quoted(host)}`,
  },
}

function noSuchNameAdvice(host: string, {hop}: FixFacts): string {
  const meant = meantTunnel(host)
  if (meant !== undefined) {
    const url = hop.shown?.replace(host, () => meant) ?? meant
    return `Probably ${meant} is meant:\n${url}\nIf that tunnel is gone: a free one takes a new name at each start.`
  }
  const service = tunnelServiceOf(host)
  if (service !== undefined) {
    return `That tunnel is gone: a free tunnel of ${service} takes a new name at each start.`
  }
  return `Correct the name, or make its DNS record; this shows when it is there:\ndig +short ${quoted(host)}`
}

function forgetCommand(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'sudo dscacheutil -flushcache; sudo killall -HUP mDNSResponder'
  return platform === 'win32' ? 'ipconfig /flushdns' : 'sudo resolvectl flush-caches'
}
