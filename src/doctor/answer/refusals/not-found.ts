import type {CheckContext} from '../../check.js'
import {lookupFor} from '../../host/hop-lookup.js'
import {useCorrectedUrl} from '../../corrected-url.js'
import {get, parseHttpUrl} from '../../../stream/exotel-http/get.js'
import {pathOf, putIntoApplet, rightUrl} from '../right-url.js'
import type {Refusal} from './refusal.js'

/** For one more look at a server that has just answered. */
const LOOK_LIMIT_MS = 2000

/** Who takes streams elsewhere, by the words of exostream itself. */
const ELSEWHERE = /streams are taken on (\/[^\s,]{0,200})/

/** What a 404 means, by what else the server answers: whether the path is wrong, or all of it. */
export async function notFound(context: CheckContext, body: string): Promise<Refusal> {
  const {hop} = context
  const path = pathOf(hop)
  const [, first] = ELSEWHERE.exec(body) ?? []
  if (first !== undefined) return streamsElsewhere(path, first.replace(/\.$/, ''))
  const health = await look(context, '/health')
  if (health?.isExostream) return streamsElsewhere(path, '/media')
  if (health && health.status < 300)
    return wrongPath(path, `GET /health is answered ${String(health.status)}`)
  const root = await look(context, '/')
  if (root && root.status < 500 && root.status !== 404) {
    return wrongPath(path, `GET / is answered ${String(root.status)}`)
  }
  return {
    means: `neither ${path} nor /health nor / is known there`,
    fix: (facts) =>
      `Look that the host name leads to the bot, and not to another server or a proxy without a rule for it. ${useCorrectedUrl(facts)}`,
  }
}

function wrongPath(path: string, sign: string): Refusal {
  return {
    means: `the server is up (${sign}), but the path ${path} is wrong`,
    fix: ({hop}) =>
      `Put the path on which the bot takes its WebSocket in place of ${pathOf(hop)} into the URL:\n${rightUrl(hop, (url) => (url.pathname = '/PATH'))}`,
  }
}

function streamsElsewhere(path: string, right: string): Refusal {
  return {
    means: `exostream is up, but takes no streams on ${path}`,
    fix: ({hop}) => putIntoApplet(rightUrl(hop, (url) => (url.pathname = right))),
  }
}

type Looked = {readonly status: number; readonly isExostream: boolean}

/** Asks the same origin for another path; undefined when it does not answer. */
async function look({hop, world, signal}: CheckContext, path: string): Promise<Looked | undefined> {
  const asked = new URL(hop.text ?? '')
  asked.protocol = asked.protocol === 'wss:' ? 'https:' : 'http:'
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
