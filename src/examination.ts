import {statfs} from 'node:fs/promises'
import {networkInterfaces} from 'node:os'

import {placeCallOver} from './place-call.js'
import {systemClock} from './clock.js'
import type {CheckEvent} from './doctor/run-checks.js'
import {runChecks} from './doctor/run-checks.js'
import {CHECKS} from './doctor/checks.js'
import {type Examined, examined} from './doctor/doctor-report.js'
import {classOf} from './stream/written-url/address-class.js'
import {systemLookup} from './doctor/host/system-lookup.js'
import {runProgram} from './doctor/machine/run-program.js'
import type {Applet, DoctorTarget} from './doctor/target.js'
import type {DoctorWorld, Providers} from './doctor/world.js'
import {withAuthorization} from './stream/exotel/headers.js'
import {isDynamicUrl} from './stream/exotel-http/dynamic-url.js'
import {parseHttpUrl} from './stream/exotel-http/get.js'
import {findServe} from './workspace.js'

/** Where the door is joined to what doctor looks at: a URL, the `serve` of this folder, or this machine. */
export type ExaminationRequest = {
  readonly url?: string | undefined
  readonly passthru?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly isLocal: boolean
  readonly isOffline: boolean
  readonly wantsMetadata: boolean
  readonly outsideUrl?: string | undefined
  readonly idleMs?: number | undefined
  readonly applet: Applet
  /** For everything together, but a silent line. */
  readonly deadlineMs: number
  readonly dataDir: string
  readonly providers: Providers
}

export type Examine = (options: {
  readonly signal: AbortSignal
  readonly on?: (event: CheckEvent) => void
}) => Promise<Examined>

/** Where `serve` listens unless told. */
const DEFAULT_PORT = 5000

/**
 * What is returned examines, as often as it is called.
 * @throws ExostreamError EXO_URL_INVALID, EXO_USAGE
 */
export function prepareExamination(request: ExaminationRequest): Examine {
  const {outsideUrl, idleMs = 0, deadlineMs} = request
  if (outsideUrl !== undefined) parseHttpUrl(outsideUrl)
  withAuthorization(request.headers, undefined)
  const world = worldOf(request)
  return async ({signal, on}) => {
    // Anew in each round: a serve may have been started, or have got another tunnel.
    const target = await targetOf(request)
    const run = await runChecks(target, {
      checks: CHECKS,
      world,
      signal,
      deadlineMs: deadlineMs + idleMs,
      ...(on === undefined ? {} : {on}),
    })
    return examined(run)
  }
}

async function targetOf(request: ExaminationRequest): Promise<DoctorTarget> {
  const {url, passthru, outsideUrl, idleMs, isLocal, isOffline} = request
  const {wantsMetadata, headers, applet} = request
  const asked = {
    isLocal,
    isOffline,
    wantsMetadata,
    headers,
    applet,
    defaultPort: DEFAULT_PORT,
    ...(passthru === undefined ? {} : {passthru}),
    ...(outsideUrl === undefined ? {} : {outsideUrl}),
    ...(idleMs === undefined ? {} : {idleMs}),
  }
  if (url !== undefined) {
    const text = url.trim()
    return {...asked, kind: 'url', ...(isDynamicUrl(text) ? {dynamic: text} : {stream: text})}
  }
  return {...asked, ...(passthru === undefined ? await servedHere(request) : {kind: 'url'})}
}

type Served = Pick<DoctorTarget, 'kind'> &
  Partial<Pick<DoctorTarget, 'stream' | 'isLocal' | 'unnamed' | 'asksCredentials'>>

/** The `serve` of this folder, under its public URL where it has one. */
async function servedHere({dataDir, isLocal}: ExaminationRequest): Promise<Served> {
  const serving = await findServe(dataDir)
  if (!serving) return {kind: 'machine'}
  const {asksCredentials} = serving
  const asks = asksCredentials === undefined ? {} : {asksCredentials}
  if (serving.publicUrl !== undefined && !isLocal) {
    return {kind: 'serve', stream: serving.publicUrl, ...asks}
  }
  // It has to be called by the name in its certificate, which the note does not tell.
  if (serving.isTls) return {kind: 'machine', unnamed: serving.url}
  return {kind: 'serve', stream: serving.url, isLocal: true, ...asks}
}

function worldOf({providers, isOffline, dataDir}: ExaminationRequest): DoctorWorld {
  const clock = systemClock
  return {
    clock,
    lookup: systemLookup,
    classOf,
    interfaces: networkInterfaces,
    providers: isOffline ? NOBODY : providers,
    runProgram,
    placeCall: placeCallOver({clock, lookup: systemLookup}),
    platform: process.platform,
    nodeVersion: process.versions.node,
    procDir: '/proc',
    dataDir,
    freeBytes: async (dir) => {
      const {bavail, bsize} = await statfs(dir)
      return bavail * bsize
    },
    tunnelApis: {ngrok: ['http://127.0.0.1:4040'], cloudflared: CLOUDFLARED},
    metadataUrl: 'http://169.254.169.254',
  }
}

const NOBODY: Providers = {resolvers: [], stun: [], addressUrls: [], addressNames: []}

/** The ports that cloudflared tries for its metrics (developers.cloudflare.com, tunnel metrics). */
const CLOUDFLARED = [20241, 20242, 20243, 20244, 20245].map((port) => `http://127.0.0.1:${port}`)
