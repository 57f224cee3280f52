import {CANCELLED, Resolver} from 'node:dns/promises'

import {maskSecrets} from '../../../mask.js'
import {printable} from '../../../report/text/plain.js'
import {masked} from '../../../stream/exotel/stream-url.js'
import type {DoctorWorld} from '../../world.js'
import {isIpv4, readAddress} from './addresses.js'
import {askHttp, wordsOf} from './ask-http.js'
import {askStun} from './stun.js'

const LIMIT_MS = 3000
const LATE = `did not answer within ${String(LIMIT_MS / 1000)} s`
/** Longer than any address, with JSON around it. */
const MAX_ANSWER_BYTES = 1024

/** What one of the providers said. */
export type Saying = {
  readonly by: string
  /** Undefined where it told none. */
  readonly address?: string
  /** This end of the way to it, where that is known. */
  readonly localAddress?: string
  /** Why it told none. */
  readonly words?: string
}

type AskingWorld = Pick<DoctorWorld, 'clock' | 'lookup' | 'ca' | 'providers'> & {
  readonly signal: AbortSignal
}

/** Asks every provider at the same time how it sees this machine; over after 3 s. */
export function askPublicAddress(world: AskingWorld): Promise<readonly Saying[]> {
  const {stun, addressUrls, addressNames} = world.providers
  return Promise.all([
    ...stun.map(async (server) => ({
      by: `STUN server ${printable(server)}`,
      ...(await askStun(server, world)),
    })),
    ...addressUrls.map((url) => askAddressUrl(url, world)),
    ...addressNames.map((named) => askAddressName(named, world)),
  ])
}

async function askAddressUrl(text: string, world: AskingWorld): Promise<Saying> {
  const by = maskSecrets(masked(printable(text)))
  if (!URL.canParse(text)) return {by, words: 'is no URL'}
  const question = {url: new URL(text), limitMs: LIMIT_MS, maxBytes: MAX_ANSWER_BYTES}
  const {answer, words} = await askHttp(question, world)
  if (!answer) return {by, words}
  if (answer.status !== 200) return {by, words: `answered ${String(answer.status)}`}
  const address = answer.body === undefined ? undefined : readAnswer(answer.body)
  return address === undefined ? {by, words: 'answered with no address'} : {by, address}
}

/** An address alone, or `{"ip": …}`. */
function readAnswer(body: string): string | undefined {
  if (!body.trimStart().startsWith('{')) return readAddress(body)
  try {
    const {ip} = JSON.parse(body) as {readonly ip?: unknown}
    return typeof ip === 'string' ? readAddress(ip) : undefined
  } catch {
    // Half an object is no address.
    return undefined
  }
}

async function askAddressName(
  {name, resolver}: {readonly name: string; readonly resolver: string},
  {clock, signal}: AskingWorld,
): Promise<Saying> {
  const by = `${printable(name)} at ${printable(resolver)}`
  const asking = new Resolver({timeout: LIMIT_MS, tries: 1})
  const over = new AbortController()
  const ending = AbortSignal.any([signal, over.signal])
  const cancel = () => {
    asking.cancel()
  }
  try {
    asking.setServers([resolver])
    const answer = asking.resolve4(name)
    clock.sleepUntil(clock.now() + LIMIT_MS, ending).then(cancel, cancel)
    const [first = ''] = await answer
    const address = readAddress(first)
    return address === undefined ? {by, words: 'answered with no address'} : {by, address}
  } catch (error) {
    const isLate = error instanceof Error && 'code' in error && error.code === CANCELLED
    return {by, words: isLate ? LATE : wordsOf(error)}
  } finally {
    over.abort()
  }
}

/** What most of them said; the first said of as many; IPv4, because nothing says that Exotel dials IPv6. */
export function mostSaid(addresses: readonly string[]): string | undefined {
  const ofOneFamily = addresses.filter(isIpv4)
  const counted = ofOneFamily.length > 0 ? ofOneFamily : addresses
  const times = (address: string) => counted.filter((other) => other === address).length
  return counted.reduce<string | undefined>(
    (best, address) => (best === undefined || times(address) > times(best) ? address : best),
    undefined,
  )
}
