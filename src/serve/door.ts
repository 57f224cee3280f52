import {systemClock} from '../clock.js'
import {packageVersion} from '../version.js'
import {type Access, createAccess} from './access/access.js'
import {trustedProxies} from './access/peer.js'
import {readTls, type Tls} from './access/tls.js'
import type {OpenStream} from './open-stream.js'
import {relayOf} from './opener.js'
import {readPublicUrl} from './public-url.js'
import {readAll} from './read-all.js'
import type {ServeRequest} from './serve-request.js'
import type {ServerOptions} from './server.js'
import {createStreamPaths, type StreamPaths} from './stream-paths.js'

/** Where and how the server is called, by whom, and to whom it passes calls on. */
export type Door = {
  readonly options: Omit<ServerOptions, 'open' | 'botName' | 'log' | 'paths' | 'access'> & {
    readonly paths: StreamPaths
    readonly access: Access
  }
  readonly relay: OpenStream | undefined
  /** What the user should know of it; one sentence each. */
  readonly notes: readonly string[]
}

/** @throws ExostreamError with every mistake in it, before anything is opened */
export async function openDoor(request: ServeRequest): Promise<Door> {
  const {host, port, passthruRules, maxCalls, maxMessageBytes, publicUrl, trustProxy} = request
  const clock = systemClock
  const certificate = await tlsOf(request)
  const {access, relay, tls, ...read} = readAll({
    access: () => accessOf(request),
    paths: () => createStreamPaths(request.paths),
    trustProxy: () => (trustProxy === undefined ? undefined : trustedProxies(trustProxy)),
    publicUrl: () => (publicUrl === undefined ? undefined : readPublicUrl(publicUrl)),
    tls: certificate,
    relay: () => relayOf(request),
  })
  const life = {idleMs: request.idleMs, maxMs: request.maxDurationMs}
  return {
    options: {
      ...{host, port, clock, access, tls, passthruRules, maxCalls, maxMessageBytes, life},
      ...read,
      version: packageVersion(),
    },
    relay,
    notes: [...access.notes, ...(tls?.notes ?? [])],
  }
}

function accessOf(request: ServeRequest): Access {
  const {basicAuth, bearerToken, apiVersion, allow, maxConnectionsPerMinute} = request
  return createAccess({
    clock: systemClock,
    basic: basicAuth,
    bearer: bearerToken,
    apiVersion,
    allow,
    maxConnectionsPerMinute,
  })
}

/** Reads the files, and fails only when it is asked for what is in them. */
async function tlsOf({tlsCert, tlsKey}: ServeRequest): Promise<() => Tls | undefined> {
  try {
    const tls = await readTls({certPath: tlsCert, keyPath: tlsKey}, systemClock)
    return () => tls
  } catch (error) {
    return () => {
      throw error
    }
  }
}
