import {isIP} from 'node:net'

import type {Check, CheckContext, CheckResult} from '../../check.js'
import {hasTls} from '../../endpoint.js'
import {hostOf} from '../host-words.js'
import {datesFault, goTime} from './certificate.js'
import {HANDSHAKE_LIMIT_MS, peekTls, type TlsSeen} from './peek-tls.js'
import {peekOptions} from './tls.js'

/** How long a server is waited for that does not answer a request for nothing. */
const HEAR_MS = 3000
const MOST_OFF_MS = 60_000

export const clockCheck: Check = {
  id: 'clock',
  title: 'The clock of this machine is right',
  group: 'host',
  roles: ['stream', 'dynamic', 'passthru'],
  needs: ['tcp'],
  limitMs: HANDSHAKE_LIMIT_MS + HEAR_MS + 2000,
  async run(context) {
    const {url, addresses = []} = context.hop
    const [address] = addresses
    if (!url || address === undefined || !hasTls(url) || isIP(hostOf(url)) > 0) {
      return notChecked('the time is only asked of a server with TLS under a name')
    }
    const peek = await peekTls({...peekOptions(url, address, context), hearMs: HEAR_MS})
    if (peek.kind !== 'seen' || peek.aheadMs === undefined) {
      return notChecked(`${hostOf(url)} does not tell its time`)
    }
    return judged(peek, peek.aheadMs, context)
  },
}

function notChecked(why: string): CheckResult {
  return {status: 'skip', mayGoOn: true, summary: `not checked: ${why}`}
}

async function judged(seen: TlsSeen, aheadMs: number, context: CheckContext): Promise<CheckResult> {
  const {hop, world} = context
  const host = hop.url ? hostOf(hop.url) : ''
  if (Math.abs(aheadMs) <= MOST_OFF_MS) {
    const summary = `the clock of this machine and that of ${host} agree`
    return {status: 'pass', summary}
  }
  const own = world.clock.wallNow()
  const its = new Date(own.getTime() - aheadMs)
  const detail = `this machine: ${goTime(own)}\n${host}: ${goTime(its)}`
  const isOwnRight = await isSynchronised(context)
  const off = `${spanOf(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead' : 'behind'}`
  if (isOwnRight) {
    return {
      status: 'warn',
      summary: `the clock of ${host} is wrong: beside it this machine's, which is kept by NTP, is ${off}`,
      detail,
      fix: `Set the clock of ${host}; on Linux:\nsudo timedatectl set-ntp true`,
    }
  }
  const said = `by the clock of ${host} itself, that of this machine is ${off}`
  if (!isDisputed(seen, own, its)) {
    return {
      status: 'warn',
      summary: `${said}: certificates and logs are judged by a wrong time`,
      detail,
      fix: setClock(context),
    }
  }
  const [leaf] = seen.certificates
  const valid = leaf ? `from ${goTime(leaf.validFrom)} to ${goTime(leaf.validTo)}` : ''
  return {
    status: 'fail',
    summary: `${said}, and its certificate is valid by only one of the two`,
    detail: `${detail}\nthe certificate is valid ${valid}`,
    fix: `${setClock(context)}\nIf this machine is right after all, it is the clock of ${host} that is wrong, and then its certificate too.`,
  }
}

/**
 * A server's word alone may be a lie, or come from a clock that stands still; so it is believed against
 * this machine's only where nobody keeps that one right.
 */
async function isSynchronised({world, signal}: CheckContext): Promise<boolean> {
  if (world.platform !== 'linux') return false
  const asked = ['show', '--property=NTPSynchronized', '--value']
  const said = await world.runProgram('timedatectl', asked, signal)
  return said.kind === 'ended' && said.stdout.trim() === 'yes'
}

/** Whether the two clocks disagree on the certificate of the server. */
function isDisputed({certificates}: TlsSeen, own: Date, its: Date): boolean {
  const [leaf] = certificates
  if (!leaf) return false
  return (datesFault(leaf, own) === undefined) !== (datesFault(leaf, its) === undefined)
}

const SET_CLOCK: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'sudo sntp -sS time.apple.com',
  win32: 'w32tm /resync',
}

function setClock({world}: CheckContext): string {
  const command = SET_CLOCK[world.platform] ?? 'sudo timedatectl set-ntp true'
  return `Set the clock of this machine:\n${command}`
}

const UNITS = [
  {name: 'day', ms: 86_400_000},
  {name: 'hour', ms: 3_600_000},
  {name: 'minute', ms: 60_000},
] as const

function spanOf(ms: number): string {
  const unit = UNITS.find((one) => ms >= 2 * one.ms) ?? {name: 'minute', ms: 60_000}
  const count = Math.round(ms / unit.ms)
  return `${String(count)} ${unit.name}${count === 1 ? '' : 's'}`
}
