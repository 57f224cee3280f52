import type {CheckContext, Hop} from '../../check.js'
import {lookupFor} from '../../host/hop-lookup.js'
import {putUrl} from '../../corrected-url.js'
import {hasTls} from '../../endpoint.js'
import {get, parseHttpUrl} from '../../../stream/exotel-http/get.js'
import {hostOf, pathOf, rightUrl} from '../right-url.js'
import type {Refusal} from './refusal.js'

/** For one more look at a server that has just answered. */
const LOOK_LIMIT_MS = 2000

/** Where `serve` takes streams, unless it was told. */
const USUAL_PATH = '/media'

/** Who takes streams elsewhere, by the words of exostream itself. */
const ELSEWHERE = /streams are taken on (\/[^\s,]{0,200})/

/**
 * What a 404 means, by what else the server answers. Of a server that answers 404 there, too, nothing
 * more is known: one that takes WebSockets alone does so to every plain GET.
 */
export async function notFound(context: CheckContext, body: string): Promise<Refusal> {
  const {hop} = context
  const path = pathOf(hop)
  const [, first] = ELSEWHERE.exec(body) ?? []
  if (first !== undefined) return streamsElsewhere(path, first.replace(/\.$/, ''))
  const health = await look(context, '/health')
  if (health?.isExostream && path !== USUAL_PATH) return streamsElsewhere(path, USUAL_PATH)
  if (health && health.status < 300)
    return wrongPath(path, `GET /health is answered ${String(health.status)}`)
  const root = await look(context, '/')
  if (root && root.status < 500 && root.status !== 404) {
    return wrongPath(path, `GET / is answered ${String(root.status)}`)
  }
  return {
    means: `it has no WebSocket at ${path}`,
    fix: ({hop}) =>
      `${comparePath(hop)}\nIf that is the path of the bot: look that ${hostOf(hop)} leads to the bot, and not to another server or a proxy without a rule for this path.`,
  }
}

function wrongPath(path: string, sign: string): Refusal {
  return {
    means: `the server is up (${sign}), but has no WebSocket at ${path}`,
    fix: ({hop}) => comparePath(hop),
  }
}

function comparePath(hop: Hop): string {
  const path = pathOf(hop)
  const capitals = path === path.toLowerCase() ? '' : `, where ${path.toLowerCase()} is another one`
  return `Compare ${path} with the path in the code of the bot${capitals}, and put the right one in the place of PATH:\n${rightUrl(hop, (url) => (url.pathname = '/PATH'))}`
}

function streamsElsewhere(path: string, right: string): Refusal {
  return {
    means: `exostream is up, but takes no streams on ${path}`,
    fix: (facts) =>
      putUrl(
        facts,
        rightUrl(facts.hop, (url) => (url.pathname = right)),
      ),
  }
}

type Looked = {readonly status: number; readonly isExostream: boolean}

/** Asks the same origin for another path; undefined when it does not answer. */
async function look({hop, world, signal}: CheckContext, path: string): Promise<Looked | undefined> {
  const asked = new URL(hop.text ?? '')
  asked.protocol = hasTls(asked) ? 'https:' : 'http:'
  asked.pathname = path
  asked.search = ''
  const url = parseHttpUrl(asked.href)
  const {clock, ca} = world
  const lookup = lookupFor(hop, world)
  const limitMs = LOOK_LIMIT_MS
  const asking = {clock, signal, limitMs, lookup, ...(ca === undefined ? {} : {ca})}
  const came = await get(url, url.dialled, asking)
  signal.throwIfAborted()
  if (came.failure) return undefined
  const {status, body} = came.answer
  return {status, isExostream: /"name"\s*:\s*"exostream"/.test(body)}
}
