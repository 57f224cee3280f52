import type {IncomingHttpHeaders} from 'node:http'

import type {Clock} from '../../clock.js'
import {ExostreamError} from '../../errors.js'
import {type Answer, type Peer, text} from '../http.js'
import {readAll} from '../read-all.js'
import {addressSet} from './address-set.js'
import {ConnectionRate} from './connection-rate.js'
import {type CheckAuthorization, checksBasic, checksBearer, checksValue} from './credentials.js'
import {nearby} from './peer.js'

export type AccessOptions = {
  /** `KEY:TOKEN`, as Exotel takes them from `wss://KEY:TOKEN@host`. */
  readonly basic?: string | undefined
  readonly bearer?: string | undefined
  /** What X-API-Version has to be. */
  readonly apiVersion?: string | undefined
  /** Addresses and ranges of them; everyone when there are none. */
  readonly allow?: readonly string[] | undefined
  /** Of one address, or of one IPv6 network. */
  readonly maxConnectionsPerMinute?: number | undefined
  readonly clock: Clock
}

export type Asked = {
  readonly peer: Peer
  readonly headers: IncomingHttpHeaders
  readonly isUpgrade: boolean
  readonly isHealth: boolean
}

/** `reason` is for the log: constant words, nothing of what was sent. */
export type Refusal = {readonly answer: Answer; readonly reason: string}

export type Access = {
  /** Why this request is not served; asked once a request, because it counts connections. */
  refusalOf(asked: Asked): Refusal | undefined
  /** Whether streams are taken from this address at all. */
  isAllowed(address: string): boolean
  /** Authorization is for us; nobody else is to see it. */
  readonly asksCredentials: boolean
  /** What the user should know before Exotel calls; one sentence each. */
  readonly notes: readonly string[]
}

/** @throws ExostreamError EXO_USAGE for each option that cannot be meant so; no secret is in it */
export function createAccess(options: AccessOptions): Access {
  const {allow, maxConnectionsPerMinute, clock} = options
  const {allowed, credentialsRefusal, versionRefusal} = readAll({
    allowed: () => (allow && allow.length > 0 ? addressSet(allow, '--allow') : undefined),
    credentialsRefusal: () => checksCredentials(options),
    versionRefusal: () => checksVersion(options.apiVersion),
  })
  const rate =
    maxConnectionsPerMinute === undefined
      ? undefined
      : new ConnectionRate(maxConnectionsPerMinute, clock)

  const rateRefusal = ({peer}: Asked): Refusal | undefined => {
    const waitMs = rate?.take(peer.address) ?? 0
    return waitMs > 0 ? tooMany(waitMs) : undefined
  }
  return {
    refusalOf(asked) {
      const {peer, isHealth, isUpgrade} = asked
      // A probe of the machine, its network or its orchestrator is on no list of Exotel's addresses.
      const isProbe = isHealth && nearby.has(peer.address)
      if (allowed && !isProbe && !allowed.has(peer.address)) return notAllowed()
      if (isHealth) return undefined
      const refusal = isUpgrade ? rateRefusal(asked) : undefined
      if (refusal) return refusal
      const unproven = credentialsRefusal(asked.headers) ?? versionRefusal(asked.headers)
      // Or credentials could be tried over plain HTTP as often as one likes.
      return unproven && !isUpgrade ? (rateRefusal(asked) ?? unproven) : unproven
    },
    isAllowed: (address) => allowed?.has(address) ?? true,
    asksCredentials: options.basic !== undefined || options.bearer !== undefined,
    notes: notesOn(options),
  }
}

type Check = (headers: IncomingHttpHeaders) => Refusal | undefined

function checksCredentials({basic, bearer}: AccessOptions): Check {
  const asked = readAll({
    basic: () => (basic === undefined ? undefined : checksBasic(basic)),
    bearer: () => (bearer === undefined ? undefined : checksBearer(bearer)),
  })
  // Where both are asked for, either of them suffices.
  const checks = new Map<string, CheckAuthorization>()
  if (asked.basic) checks.set('basic', asked.basic)
  if (asked.bearer) checks.set('bearer', asked.bearer)
  if (checks.size === 0) return () => undefined
  const challenge = [
    ...(checks.has('basic') ? ['Basic realm="exostream", charset="UTF-8"'] : []),
    ...(checks.has('bearer') ? ['Bearer realm="exostream"'] : []),
  ].join(', ')
  return ({authorization}) => {
    if (authorization === undefined) {
      return unauthorized('the request has no Authorization header', challenge)
    }
    const scheme = /^[a-z]+/i.exec(authorization)?.[0].toLowerCase() ?? ''
    const check = checks.get(scheme)
    if (!check) return unauthorized('the Authorization header has another scheme', challenge)
    const reason = check(authorization)
    return reason === undefined ? undefined : unauthorized(reason, challenge)
  }
}

function checksVersion(wanted: string | undefined): Check {
  if (wanted === undefined) return () => undefined
  if (!/^[!-~]+$/.test(wanted)) {
    throw new ExostreamError(
      'EXO_USAGE',
      `--api-version ${JSON.stringify(wanted)} cannot be the value of X-API-Version.`,
    )
  }
  const isWanted = checksValue(wanted)
  return (headers) => {
    // Of a header that comes twice Node gives one text, with a comma.
    if (isWanted(headers['x-api-version']?.toString())) return undefined
    const answer = text(403, 'The header X-API-Version is missing, or is not the one asked for.')
    return {answer, reason: 'X-API-Version is not the one asked for'}
  }
}

function unauthorized(reason: string, challenge: string): Refusal {
  const sentence = 'Credentials are needed here, and right ones: wss://KEY:TOKEN@host/path.'
  return {answer: text(401, sentence, {'www-authenticate': challenge}), reason}
}

function notAllowed(): Refusal {
  const answer = text(403, 'Requests from this address are not taken.')
  return {answer, reason: 'the address is not on the allow-list'}
}

function tooMany(waitMs: number): Refusal {
  const seconds = String(Math.ceil(waitMs / 1000))
  const sentence = `Too many connections from this address; the next is taken in ${seconds} s.`
  const answer = text(429, sentence, {'retry-after': seconds})
  return {answer, reason: 'too many connections from this address'}
}

function notesOn({basic, bearer, apiVersion, allow}: AccessOptions): readonly string[] {
  const notes: string[] = []
  if (basic !== undefined) {
    notes.push(
      'Credentials are asked of plain HTTP requests too, /health apart: write KEY:TOKEN@ also into the URLs of Passthru applets and status callbacks (Exotel documents Basic for wss:// only).',
    )
  }
  if (bearer !== undefined) {
    notes.push(
      basic === undefined
        ? 'Exotel itself sends only Basic credentials, from wss://KEY:TOKEN@host/path: with --bearer-token alone it is refused with 401.'
        : 'Exotel itself sends only Basic credentials; the Bearer token is for other clients.',
    )
  }
  if (apiVersion !== undefined) {
    notes.push(
      'Exotel itself sends no X-API-Version: unless a proxy in front adds it, Exotel is refused with 403.',
    )
  }
  if (allow && allow.length > 0) {
    notes.push(
      'Exotel gives the address ranges that it calls from on request (hello@exotel.com); from any address that --allow does not name, it is refused with 403.',
    )
  }
  return notes
}
