import {systemClock} from '../clock.js'
import {packageVersion} from '../version.js'
import {createAccess} from './access/access.js'
import {trustedProxies} from './access/peer.js'
import {readTls} from './access/tls.js'
import {readPublicUrl} from './public-url.js'
import type {ServeRequest} from './serve-request.js'
import type {ServerOptions} from './server.js'
import {createStreamPaths, type StreamPaths} from './stream-paths.js'

/** Where and how the server is called, and by whom; each mistake in it is told before anything is opened. */
type Door = {
  readonly options: Omit<ServerOptions, 'open' | 'botName' | 'log' | 'paths'> & {
    readonly paths: StreamPaths
  }
  /** What the user should know of it; one sentence each. */
  readonly notes: readonly string[]
}

export async function openDoor(request: ServeRequest): Promise<Door> {
  const {host, port, passthruRules, publicUrl, trustProxy, allow, basicAuth, bearerToken} = request
  const {maxCalls, maxMessageBytes, idleMs, maxDurationMs} = request
  const clock = systemClock
  const access = createAccess({
    clock,
    basic: basicAuth,
    bearer: bearerToken,
    apiVersion: request.apiVersion,
    allow,
    maxConnectionsPerMinute: request.maxConnectionsPerMinute,
  })
  const tls = await readTls({certPath: request.tlsCert, keyPath: request.tlsKey}, clock)
  return {
    options: {
      host,
      port,
      clock,
      version: packageVersion(),
      paths: createStreamPaths(request.paths),
      access,
      trustProxy: trustProxy === undefined ? undefined : trustedProxies(trustProxy),
      tls,
      publicUrl: publicUrl === undefined ? undefined : readPublicUrl(publicUrl),
      passthruRules,
      maxCalls,
      maxMessageBytes,
      life: {idleMs, maxMs: maxDurationMs},
    },
    notes: [...access.notes, ...(tls?.notes ?? [])],
  }
}
