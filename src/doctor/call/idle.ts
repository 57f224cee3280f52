import {inSeconds} from '../../report/text/units.js'
import type {Check, CheckResult} from '../check.js'
import {type Fault, faultOf, isOwnEnd} from './ending.js'
import {requestOf} from './request.js'

/** An hour is the longest stream that Exotel allows; the rest is for the dial and the close. */
const LIMIT_MS = 3_700_000

/**
 * A line on which nobody speaks is left alone; the caller's frames go on, as Exotel's do, so it is the way
 * back that is idle. What counts both directions shows on a second line, on which nobody sends anything.
 */
export const idleCheck: Check = {
  id: 'idle',
  title: 'A line on which the bot is silent stays open',
  group: 'call',
  roles: ['stream'],
  // Two lines are held at the same time, by a server that survived stop.
  needs: ['call', 'stop', 'second-call'],
  limitMs: LIMIT_MS,
  async run(context): Promise<CheckResult> {
    const {target, hop, world} = context
    const {idleMs} = target
    if (idleMs === undefined) {
      return {
        status: 'skip',
        summary: 'not asked for: --idle SECONDS holds a silent line',
        mayGoOn: true,
      }
    }
    const request = {...requestOf(context), durationMs: idleMs}
    const [call, unused] = await Promise.all([
      world.placeCall({...request, caller: 'silence'}),
      world.placeCall({...request, caller: 'nothing'}),
    ])
    const lasted = inSeconds(call.durationMs)
    const fault = faultOf(call, hop)
    if (fault) {
      const {kind, what, ...told} = fault
      const summary = kind === 'not-opened' ? what : `with nobody speaking, ${what}`
      return {status: 'fail', ...told, summary, ...(kind === 'broken' ? {fix: RAISE_LIMITS} : {})}
    }
    if (isOwnEnd(call)) {
      return {
        status: 'warn',
        summary: `the bot ended the silent call by itself after ${lasted}, in good order`,
        fix: 'Nothing, if it is meant to hang up on a silent caller; else look for its limit of silence.',
      }
    }
    const cut = faultOf(unused, hop)
    if (cut?.kind === 'broken') return onlyUnused(cut)
    return {status: 'pass', summary: `a silent line stayed open for ${lasted}`}
  },
}

/** Of a bot that ends a line without audio by itself nothing is said: no call of Exotel's is like that. */
function onlyUnused({what, detail}: Fault): CheckResult {
  return {
    status: 'warn',
    summary: `with nobody sending anything, ${what}; with the frames of the caller, which Exotel sends all the time, it stays`,
    detail,
    fix: RAISE_BOTH,
  }
}

/**
 * nginx.org/en/docs/http/websocket.html; docs.haproxy.org, "timeout tunnel"; AWS: idle_timeout of an
 * Application Load Balancer; Cloudflare ends a proxied WebSocket after 100 s without traffic.
 */
const RAISE_BOTH = `No call meets it as long as audio flows; to be safe, let the bot send a WebSocket ping every 30 s, or raise the idle limit of whatever stands before it.
nginx: proxy_read_timeout 3600s; proxy_send_timeout 3600s;
HAProxy: timeout tunnel 1h
AWS: aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=idle_timeout.timeout_seconds,Value=3600
Cloudflare: its limit of 100 s is fixed, so send pings.`

/**
 * docs.haproxy.org, "option independent-streams": without it what is sent refreshes the timer of what is
 * read, as nginx does too.
 */
const RAISE_LIMITS = `Let the bot send a WebSocket ping every 30 s. Something before the bot, or the WebSocket server under it, ends a connection on which the bot sends nothing, though the frames of the caller go on: raise that limit.
HAProxy: no option independent-streams
HAProxy: timeout tunnel 1h`
