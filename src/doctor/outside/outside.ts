import {maskSecrets} from '../../mask.js'
import {printable} from '../../report/text/plain.js'
import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import {type HttpUrl, parseHttpUrl, withQuery} from '../../stream/exotel-http/get.js'
import {masked} from '../../stream/exotel/stream-url.js'
import type {Check, CheckContext, CheckResult} from '../check.js'
import {portOf, withPort} from '../endpoint.js'
import {hostOf, quoted} from '../host/host-words.js'
import {askHttp} from './asking/ask-http.js'
import {readOutsideAnswer} from './outside-answer.js'
import {localAddressOf} from './standing.js'
import {forwarding, leadsToOwnNat, toBeForwarded, wayInFix} from './way-in.js'

const LIMIT_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024

export const outsideCheck: Check = {
  id: 'outside',
  title: 'The bot is reached from outside',
  group: 'machine',
  roles: 'machine',
  needs: [],
  after: ['address', 'public-ip', 'upgrade', 'firewall'],
  limitMs: 11_000,
  run: lookFromOutside,
}

/** As the checker said it, safe to print. */
type Reached = {readonly isReachable: boolean; readonly detail?: string}

type NoAnswer = {readonly summary: string; readonly detail?: string}

async function lookFromOutside(context: CheckContext): Promise<CheckResult> {
  const {hop, target, known} = context
  const {url} = hop
  if (target.isLocal) return skipped('not checked with --local: it only matters from outside')
  if (!url) return skipped('there is no URL of a stream to try from outside')
  if (target.outsideUrl === undefined) return withoutChecker(context, url)
  if (target.isOffline)
    return skipped('not checked with --offline: the outside checker is not asked')
  if (known.isOffline) return skipped('not checked: this machine has no network')
  // What Exotel cannot even dial is the finding of another check.
  const isDialled = hop.addresses?.some((address) => context.world.classOf(address) === 'public')
  if (!isDialled)
    return skipped('the outside checker was not asked: the URL leads to no public address')
  const said = await askChecker(context, url, target.outsideUrl)
  return 'summary' in said ? unanswered(said, context, url) : judge(said, context, url)
}

function withoutChecker({hop, known}: CheckContext, url: URL): CheckResult {
  const {hostname} = url
  if (hop.isHere === false) {
    const tunnel = known.tunnels?.find(
      (one) => one.url !== undefined && hostnameIn(one.url) === hostname,
    )
    return skipped(
      tunnel
        ? `${hostname} is the ${printable(tunnel.name)} tunnel of this machine, so that it was tried from outside`
        : `${hostname} is not on this machine, so that it was tried from outside`,
    )
  }
  const port = String(portOf(url))
  const origin = `${url.protocol === 'wss:' ? 'https' : 'http'}://${url.host}`
  return {
    status: 'skip',
    summary:
      hop.isHere === true
        ? `not checked from outside: port ${port} was only tried from this machine`
        : `not checked from outside: it is not known whether ${hostname} leads to this machine`,
    detail: `--outside URL asks a checker of your own, somewhere else. By hand, on a machine in another network:\nnc -vz ${hostOf(url)} ${port}\ncurl -sv ${quoted(`${origin}/health`)}`,
  }
}

async function askChecker(
  context: CheckContext,
  url: URL,
  checkerUrl: string,
): Promise<Reached | NoAnswer> {
  const {world, signal} = context
  const checker = readChecker(checkerUrl)
  if (!checker)
    return {summary: 'the outside checker was not asked: --outside is no http or https URL'}
  const question = {
    url: withQuery(checker.dialled, [['url', withoutCredentials(url)]]),
    headers: {
      Accept: 'application/json',
      ...(checker.authorization === undefined ? {} : {Authorization: checker.authorization}),
    },
    limitMs: LIMIT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  }
  const {answer, words} = await askHttp(question, {...world, signal})
  if (!answer) return {summary: 'the outside checker did not answer', detail: words}
  const said = answer.status === 200 ? readOutsideAnswer(answer.body) : undefined
  if (!said) {
    return {
      summary: 'the outside checker gave no answer that can be read',
      detail: `it answered ${String(answer.status)} with ${beginning(answer.body)}`,
    }
  }
  const told = said.detail === '' ? {} : {detail: safe(said.detail)}
  const {isReachable} = said
  return isReachable === undefined
    ? {summary: `the outside checker could not tell whether ${botAt(url)} is reached`, ...told}
    : {isReachable, ...told}
}

/** For the sake of its answer `public-ip` has said nothing of the router. */
function unanswered(
  {summary, ...told}: NoAnswer,
  {hop, known, world}: CheckContext,
  url: URL,
): CheckResult {
  // A cloud's own NAT lets every port through.
  if (!leadsToOwnNat({hop, known}) || known.cloud !== undefined) {
    return {status: 'skip', summary, mayGoOn: true, ...told}
  }
  const port = portOf(url)
  const localAddress = localAddressOf(world)
  return {
    status: 'warn',
    summary: `${summary}, and ${toBeForwarded(url, localAddress)}`,
    ...told,
    fix: forwarding(port, localAddress),
  }
}

function judge({isReachable, ...told}: Reached, context: CheckContext, url: URL): CheckResult {
  const {hop, world} = context
  const bot = botAt(url)
  if (isReachable) {
    return {status: 'pass', summary: `${bot} is reached by the outside checker`, ...told}
  }
  if (isToldByAnother(context)) {
    // Why not is said by the check that failed here; a second failure would have the same cause.
    return {status: 'skip', summary: `${bot} is not reached by the outside checker either`, ...told}
  }
  const port = portOf(url)
  const localAddress = localAddressOf(world)
  const address = hop.addresses?.[0] ?? hostOf(url)
  const side = hop.answer ? ", only from this machine's side" : ''
  return {
    status: 'fail',
    summary: `${bot} is not reached from outside${side}`,
    ...told,
    fix: (facts) => wayInFix(facts, {port, localAddress}),
    exotelError: exotelError(goWords.timeout(withPort(address, port))),
  }
}

/** What fails for itself, and not because nobody gets to the bot. */
const BESIDE_THE_WAY = /^(node|disk|clock|passthru-.*|call|conformance|stop|second-call|idle)$/

/** Whether a check on the way has failed: what `tcp` met inside of a NAT is not believed, and no failure. */
function isToldByAnother(context: CheckContext): boolean {
  const {hop, failed} = context
  if (failed.some((id) => !BESIDE_THE_WAY.test(id))) return true
  return hop.answer ? hop.answer.kind !== 'opened' : !leadsToOwnNat(context)
}

function readChecker(text: string): HttpUrl | undefined {
  try {
    return parseHttpUrl(text)
  } catch {
    // Said as a skipped check: the other checks have their answers all the same.
    return undefined
  }
}

function botAt(url: URL): string {
  return `${url.hostname} port ${String(portOf(url))}`
}

/** Whoever checks needs none to see whether a port is open. */
function withoutCredentials(url: URL): string {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  bare.hash = ''
  return masked(bare.href)
}

function beginning(body: string | undefined): string {
  if (body === undefined) return `more than ${String(MAX_ANSWER_BYTES / 1024)} kB`
  return body === '' ? 'nothing' : JSON.stringify(safe(body.slice(0, 120)))
}

function safe(text: string): string {
  return maskSecrets(masked(printable(text))).slice(0, 500)
}

function hostnameIn(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined
}

function skipped(summary: string): CheckResult {
  return {status: 'skip', summary, mayGoOn: true}
}
