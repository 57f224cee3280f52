import {Resolver} from 'node:dns/promises'

import type {Clock} from '../../../clock.js'
import {printable} from '../../../report/text/plain.js'
import type {CheckContext, Lookup} from '../../check.js'

/** What one public resolver said of a name. */
export type ResolverAnswer = {
  /** As it was configured. */
  readonly resolver: string
  readonly lookup: Lookup
  /** Told apart from the addresses: an alias may lead nowhere. */
  readonly aliases: readonly string[]
}

const LIMIT_MS = 4000
/** How long the others are waited for once one has said whether the name exists. */
const PATIENCE_MS = 1000
/** A packet may be lost once. */
const TRY_MS = 1500
const TRIES = 2
/** Of an answer no more is kept: whoever runs the zone decides how long it is. */
const MOST_ADDRESSES = 32
const MOST_ALIASES = 8

/** Why no public resolver is asked of this host; undefined when they may be. */
export function whyNotAsked({target, known, world}: CheckContext): string | undefined {
  if (target.isLocal) return 'not checked with --local: it only matters from outside'
  if (target.isOffline) return 'not checked with --offline: no public resolver is asked'
  if (known.isOffline === true) return 'not checked: this machine has no network'
  if (world.providers.resolvers.length === 0) return 'not checked: no public resolver is configured'
  return undefined
}

/** Asks all of them at once; each has an answer in the end, if only that it was silent. */
export async function askResolvers(
  name: string,
  resolvers: readonly string[],
  {clock, signal}: {clock: Clock; signal: AbortSignal},
): Promise<readonly ResolverAnswer[]> {
  const over = new AbortController()
  const enough = new AbortController()
  const ending = AbortSignal.any([signal, enough.signal])
  const endIn = (ms: number) =>
    clock.sleepUntil(clock.now() + ms, over.signal).then(
      () => enough.abort(),
      () => undefined,
    )
  void endIn(LIMIT_MS)
  try {
    const answers = await Promise.all(
      resolvers.map(async (resolver) => {
        const answer = await askResolver(name, resolver, {clock, signal: ending})
        if (isDecided(answer.lookup)) void endIn(PATIENCE_MS)
        return answer
      }),
    )
    signal.throwIfAborted()
    return answers
  } finally {
    over.abort()
  }
}

/** The answer that counts: who knows addresses before who knows none, and words before silence. */
export function publicView(answers: readonly ResolverAnswer[]): ResolverAnswer | undefined {
  const ranks = ['found', 'no-address', 'no-such-name', 'server-failure', 'no-answer'] as const
  return ranks
    .map((kind) => answers.find(({lookup}) => lookup.kind === kind))
    .find((answer) => answer !== undefined)
}

/** One line of a detail: who was asked, and what came. */
export function lookupLine(who: string, lookup: Lookup, aliases: readonly string[] = []): string {
  const chain = aliases.length === 0 ? '' : `, alias of ${aliases.join(', alias of ')}`
  const said = lookup.kind === 'found' ? lookup.addresses.join(', ') : lookup.words
  return `${printable(who)}: ${said}${chain} (${String(lookup.tookMs)} ms)`
}

/** By the code that Node gives an error of the DNS. */
export function failureKind(code: string): Exclude<Lookup['kind'], 'found'> {
  switch (code) {
    case 'ENOTFOUND':
      return 'no-such-name'
    case 'ENODATA':
      return 'no-address'
    case 'ESERVFAIL':
    case 'EAI_FAIL':
      return 'server-failure'
    // Who refuses to answer, or answers nonsense, has said nothing of the name.
    default:
      return 'no-answer'
  }
}

/** IPv4 first, because nothing says that Exotel dials IPv6. */
export function ipv4First(addresses: readonly string[]): readonly string[] {
  return addresses
    .toSorted((left, right) => Number(left.includes(':')) - Number(right.includes(':')))
    .slice(0, MOST_ADDRESSES)
}

/** The code and the words of whatever was thrown. */
export function failureOf(error: unknown): {readonly code: string; readonly words: string} {
  if (!(error instanceof Error)) return {code: '', words: 'no reason was given'}
  const {code} = error as NodeJS.ErrnoException
  return {code: code ?? '', words: printable(error.message).slice(0, 300)}
}

function isDecided({kind}: Lookup): boolean {
  return kind === 'found' || kind === 'no-address' || kind === 'no-such-name'
}

type Records =
  {readonly records: readonly string[]} | {readonly code: string; readonly words: string}

async function askResolver(
  name: string,
  address: string,
  {clock, signal}: {clock: Clock; signal: AbortSignal},
): Promise<ResolverAnswer> {
  const beganAt = clock.now()
  const resolver = new Resolver({timeout: TRY_MS, tries: TRIES})
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, {once: true})
  try {
    signal.throwIfAborted()
    resolver.setServers([address])
    const [ipv4, ipv6, aliases] = await Promise.all([
      settled(resolver.resolve4(name)),
      settled(resolver.resolve6(name)),
      followAliases(name, resolver, signal),
    ])
    const tookMs = Math.round(clock.now() - beganAt)
    return {resolver: address, lookup: judge([ipv4, ipv6], tookMs), aliases}
  } catch (error) {
    // An address that is none, or the end came before the question.
    const {words} = failureOf(error)
    const tookMs = Math.round(clock.now() - beganAt)
    return {resolver: address, lookup: {kind: 'no-answer', words, tookMs}, aliases: []}
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

async function settled(asking: Promise<readonly string[]>): Promise<Records> {
  try {
    return {records: await asking}
  } catch (error) {
    return failureOf(error)
  }
}

/** IPv4 and IPv6 as one answer: what was found counts, else the graver of the failures. */
function judge(answers: readonly Records[], tookMs: number): Lookup {
  const addresses = answers.flatMap((answer) => ('records' in answer ? answer.records : []))
  if (addresses.length > 0) {
    return {kind: 'found', addresses: ipv4First(addresses), aliases: [], tookMs}
  }
  const failures = answers.map((answer) =>
    'records' in answer
      ? {kind: 'no-address' as const, words: 'an answer without an address'}
      : {
          kind: failureKind(answer.code),
          words: answer.code === 'ECANCELLED' ? 'no answer in time' : answer.words,
        },
  )
  const graver = (['no-such-name', 'server-failure', 'no-answer'] as const)
    .map((kind) => failures.find((failure) => failure.kind === kind))
    .find((failure) => failure !== undefined)
  return {...(graver ?? {kind: 'no-address', words: failures[0]?.words ?? ''}), tookMs}
}

/** From alias to alias, because an answer with addresses does not tell them; they may run in a circle. */
async function followAliases(
  name: string,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const aliases: string[] = []
  let last = name
  while (aliases.length < MOST_ALIASES && !signal.aborted) {
    const answer = await settled(resolver.resolveCname(last))
    const [alias] = 'records' in answer ? answer.records : []
    if (alias === undefined || alias === '' || alias === name || aliases.includes(alias)) break
    aliases.push(printable(alias).slice(0, 253))
    last = alias
  }
  return aliases
}
