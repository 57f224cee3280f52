import type {LookupAddress} from 'node:dns'

import {placeCallOver} from '../../../src/place-call.js'
import {systemClock} from '../../../src/clock.js'
import {CHECKS} from '../../../src/doctor/checks.js'
import {type DoctorReport, type Examined, examined} from '../../../src/doctor/doctor-report.js'
import {classOf} from '../../../src/stream/written-url/address-class.js'
import {runChecks} from '../../../src/doctor/run-checks.js'
import type {DoctorTarget} from '../../../src/doctor/target.js'
import type {DoctorWorld, Providers} from '../../../src/doctor/world.js'

/** Names as a test wants them: to addresses, or to the code of Node's error. */
export type Names = Readonly<Record<string, readonly string[] | string>>

export type Examination = {
  readonly target?: Partial<DoctorTarget>
  readonly names?: Names
  readonly world?: Partial<DoctorWorld>
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  /** Only these checks, by their ids before any prefix; all when left out. */
  readonly only?: readonly string[]
}

export const NOBODY: Providers = {resolvers: [], stun: [], addressUrls: [], addressNames: []}

/** Runs doctor in a laboratory: nothing outside loopback is ever asked, and loopback counts as public. */
export async function examine(
  url: string | undefined,
  given: Examination = {},
): Promise<DoctorReport> {
  const {report} = await examineWhole(url, given)
  return report
}

/** The same, with what the exit code needs beside the report. */
export async function examineWhole(
  url: string | undefined,
  given: Examination = {},
): Promise<Examined> {
  const {names = {}, deadlineMs = 20_000, only} = given
  const run = await runChecks(targetOf(url, given.target), {
    checks: only ? CHECKS.filter(({id}) => only.includes(id)) : CHECKS,
    world: labWorld({...given.world, lookup: given.world?.lookup ?? lookupIn(names)}),
    signal: given.signal ?? new AbortController().signal,
    deadlineMs,
  })
  return examined(run)
}

export function targetOf(url: string | undefined, given: Partial<DoctorTarget> = {}): DoctorTarget {
  const isDynamic = url !== undefined && /^https?:/i.test(url)
  return {
    ...(url === undefined ? {} : isDynamic ? {dynamic: url} : {stream: url}),
    kind: url === undefined ? 'machine' : 'url',
    isLocal: false,
    isOffline: false,
    wantsMetadata: false,
    headers: {},
    applet: 'voicebot',
    defaultPort: 5000,
    ...given,
  }
}

export function labWorld(given: Partial<DoctorWorld> = {}): DoctorWorld {
  const lookup = given.lookup ?? lookupIn({})
  const {ca} = given
  return {
    clock: systemClock,
    lookup,
    classOf: (address) => {
      const real = classOf(address)
      return real === 'loopback' ? 'public' : real
    },
    interfaces: () => ({
      eth0: [
        {
          address: '192.0.2.10',
          netmask: '255.255.255.0',
          family: 'IPv4',
          mac: '02:00:00:00:00:01',
          internal: false,
          cidr: '192.0.2.10/24',
        },
      ],
    }),
    providers: NOBODY,
    runProgram: (program) => Promise.resolve({kind: 'missing', words: `${program}: not found`}),
    placeCall: placeCallOver({clock: systemClock, lookup, ...(ca === undefined ? {} : {ca})}),
    platform: 'linux',
    nodeVersion: process.versions.node,
    procDir: '/nowhere',
    dataDir: '.',
    freeBytes: () => Promise.resolve(50_000_000_000),
    tunnelApis: {ngrok: [], cloudflared: []},
    metadataUrl: 'http://127.0.0.1:9',
    ...given,
  }
}

export function lookupIn(names: Names): DoctorWorld['lookup'] {
  return (hostname): Promise<readonly LookupAddress[]> => {
    const found = names[hostname]
    if (found === undefined || typeof found === 'string') {
      const code = found ?? 'ENOTFOUND'
      return Promise.reject(
        Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), {code, hostname}),
      )
    }
    return Promise.resolve(
      found.map((address) => ({address, family: address.includes(':') ? 6 : 4})),
    )
  }
}
