import {inSeconds} from '../../report/text/units.js'
import type {Check, CheckResult} from '../check.js'
import {faultOf, isOwnEnd} from './ending.js'
import {requestOf} from './request.js'

/** An hour is the longest stream that Exotel allows; the rest is for the dial and the close. */
const LIMIT_MS = 3_700_000

/** A line on which nobody speaks is left alone; the caller's frames go on, so it is the way back that is idle. */
export const idleCheck: Check = {
  id: 'idle',
  title: 'A silent line stays open',
  group: 'call',
  roles: ['stream'],
  // A server that did not survive stop takes no call at all.
  needs: ['call', 'stop'],
  after: ['second-call'],
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
    const call = await world.placeCall({
      ...requestOf(context),
      caller: 'silence',
      durationMs: idleMs,
    })
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
    return {status: 'pass', summary: `a silent line stayed open for ${lasted}`}
  },
}

/**
 * nginx.org/en/docs/http/websocket.html; docs.haproxy.org, "timeout tunnel"; AWS: idle_timeout of an
 * Application Load Balancer; Cloudflare ends a proxied WebSocket after 100 s without traffic.
 */
const RAISE_LIMITS = `Raise the idle limit of whatever stands before the bot, or let the bot send a WebSocket ping every 30 s:
nginx: proxy_read_timeout 3600s; proxy_send_timeout 3600s;
HAProxy: timeout tunnel 1h
AWS: aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=idle_timeout.timeout_seconds,Value=3600
Cloudflare: its limit of 100 s is fixed, so send pings.`
