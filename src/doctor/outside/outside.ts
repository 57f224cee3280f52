import {maskSecrets} from '../../mask.js'
import {printable} from '../../report/text/plain.js'
import {exotelError, goWords} from '../../stream/exotel/go-words.js'
import {type HttpUrl, parseHttpUrl, withQuery} from '../../stream/exotel-http/get.js'
import {masked} from '../../stream/exotel/stream-url.js'
import type {Check, CheckContext, CheckResult} from '../check.js'
import {portOf, withPort} from '../endpoint.js'
import {askHttp} from './asking/ask-http.js'
import {type OutsideAnswer, readOutsideAnswer} from './outside-answer.js'
import {localAddressOf} from './standing.js'
import {wayInFix} from './way-in.js'

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
  return askChecker(context, url, target.outsideUrl)
}

function withoutChecker({hop, known}: CheckContext, url: URL): CheckResult {
  const {hostname} = url
  if (hop.isHere === false) {
    const tunnel = known.tunnels?.find(
      (one) => one.url !== undefined && hostOf(one.url) === hostname,
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
    detail: `--outside URL asks a checker of your own, somewhere else. By hand, on a machine in another network:\nnc -vz ${hostname} ${port}\ncurl -sv ${origin}/health`,
  }
}

async function askChecker(
  context: CheckContext,
  url: URL,
  checkerUrl: string,
): Promise<CheckResult> {
  const {world, signal} = context
  const checker = readChecker(checkerUrl)
  if (!checker)
    return skipped('the outside checker was not asked: --outside is no http or https URL')
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
  if (!answer) return {status: 'skip', summary: 'the outside checker did not answer', detail: words}
  const said = answer.status === 200 ? readOutsideAnswer(answer.body) : undefined
  if (said) return judge(said, context, url)
  return {
    status: 'skip',
    summary: 'the outside checker gave no answer that can be read',
    detail: `it answered ${String(answer.status)} with ${beginning(answer.body)}`,
  }
}

function judge(said: OutsideAnswer, {hop, known, world}: CheckContext, url: URL): CheckResult {
  const port = portOf(url)
  const bot = `${url.hostname} port ${String(port)}`
  const detail = safe(said.detail)
  const told = detail === '' ? {} : {detail}
  if (said.isReachable === undefined) {
    return {
      status: 'skip',
      summary: `the outside checker could not tell whether ${bot} is reached`,
      ...told,
    }
  }
  if (said.isReachable) {
    return {status: 'pass', summary: `${bot} is reached by the outside checker`, ...told}
  }
  if (hop.answer?.kind !== 'opened' || known.isClosedByFirewall === true) {
    // Why not is said by the check that failed here; a second failure would have the same cause.
    return {status: 'skip', summary: `${bot} is not reached by the outside checker either`, ...told}
  }
  const localAddress = localAddressOf(world)
  const address = hop.addresses?.[0] ?? url.hostname.replace(/^\[|\]$/g, '')
  return {
    status: 'fail',
    summary: `${bot} is not reached from outside, only from this machine's side`,
    ...told,
    fix: (facts) => wayInFix(facts, {port, localAddress}),
    exotelError: exotelError(goWords.timeout(withPort(address, port))),
  }
}

function readChecker(text: string): HttpUrl | undefined {
  try {
    return parseHttpUrl(text)
  } catch {
    // Said as a skipped check: the other checks have their answers all the same.
    return undefined
  }
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

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined
}

function skipped(summary: string): CheckResult {
  return {status: 'skip', summary, mayGoOn: true}
}
