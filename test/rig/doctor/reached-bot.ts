import type {LookupAddress} from 'node:dns'

import {type Clock, systemClock} from '../../../src/clock.js'
import type {Check, CheckResult, Hop, Known} from '../../../src/doctor/check.js'
import {makeDoctorReport} from '../../../src/doctor/doctor-report.js'
import {outsideChecks} from '../../../src/doctor/outside/index.js'
import {runChecks} from '../../../src/doctor/run-checks.js'
import type {DoctorTarget} from '../../../src/doctor/target.js'
import type {DoctorWorld} from '../../../src/doctor/world.js'
import {labWorld, targetOf} from './examine.js'

export type Reached = {
  /** Where the host of the URL leads to. */
  readonly addresses?: readonly string[]
  /** What else the checks before found of the URL. */
  readonly hop?: Partial<Omit<Hop, 'role'>>
  readonly known?: Known
  /** What the router in front lets nobody inside see: no check has failed, and none was answered. */
  readonly isBlind?: true
  /** Ids of checks on the way that have failed. */
  readonly failed?: readonly string[]
  readonly target?: Partial<DoctorTarget>
  readonly world?: Partial<DoctorWorld>
  readonly signal?: AbortSignal
}

/**
 * Runs the checks from outside as if all others had found what is given here: a bot that opens the
 * stream, at addresses that need not be on loopback because nobody dials them.
 */
export async function examineReached(url: string | undefined, given: Reached = {}) {
  const {addresses = [], hop = {}, known = {}, isBlind, failed = []} = given
  const found: Check = {
    id: 'upgrade',
    title: 'What the other checks found',
    group: 'answer',
    roles: 'machine',
    needs: [],
    limitMs: 1000,
    run: () =>
      Promise.resolve({
        status: isBlind ? 'skip' : 'pass',
        summary: isBlind ? 'from inside nothing is said' : 'the stream is open',
        known,
        ...(url === undefined
          ? {}
          : {
              hop: {
                url: new URL(url),
                addresses,
                ...(isBlind ? {} : {answer: {kind: 'opened', tookMs: 1}}),
                ...hop,
              } as const,
            }),
      }),
  }
  const run = await runChecks(targetOf(url, given.target), {
    checks: [
      found,
      ...failed.map((id) => ({...found, id, run: () => Promise.resolve(broken)})),
      ...outsideChecks.map((check) => ({
        ...check,
        after: [...(check.after ?? []), 'upgrade', ...failed],
      })),
    ],
    world: labWorld(given.world),
    signal: given.signal ?? new AbortController().signal,
    deadlineMs: 30_000,
  })
  const report = makeDoctorReport(run)
  const named = (id: string) => report.checks.find((check) => check.id === id)
  return {
    run,
    report,
    publicIp: named('public-ip'),
    outside: named('outside'),
    cloud: named('cloud'),
  }
}

const broken: CheckResult = {status: 'fail', summary: 'it is broken', fix: 'Mend it.'}

/** Takes addresses for documentation for public ones, so that a test can name some that are nobody's. */
export const classOfLab: DoctorWorld['classOf'] = (address) => {
  const real = labWorld().classOf(address)
  return real === 'documentation' ? 'public' : real
}

/** A machine with these addresses, each by the name of its interface. */
export function interfacesOf(
  addresses: Readonly<Record<string, string>>,
): DoctorWorld['interfaces'] {
  const entries = Object.entries(addresses).map(([name, address]) => {
    const family = address.includes(':')
      ? {family: 'IPv6' as const, scopeid: 0}
      : {family: 'IPv4' as const}
    const rest = {netmask: '', mac: '02:00:00:00:00:01', internal: name === 'lo', cidr: null}
    return [name, [{address, ...rest, ...family}]]
  })
  return () => Object.fromEntries(entries) as ReturnType<DoctorWorld['interfaces']>
}

/** Real time, so many times as fast. */
export function quickClock(times: number): Clock {
  return {
    now: () => systemClock.now() * times,
    wallNow: () => systemClock.wallNow(),
    sleepUntil: (deadline, signal) => systemClock.sleepUntil(deadline / times, signal),
  }
}

export function lookupTo(address: string): DoctorWorld['lookup'] {
  return (): Promise<readonly LookupAddress[]> =>
    Promise.resolve([{address, family: address.includes(':') ? 6 : 4}])
}
