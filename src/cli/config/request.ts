import {join} from 'node:path'

import type {ServeRequest} from '../../serve/serve-request.js'
import type {ServeSettings} from './settings.js'

type World = Pick<ServeRequest, 'prettyLog' | 'watchThrows' | 'signal'>

const BYTES_A_MB = 1_000_000

/** What the server is asked for, from settings by the names of their flags. */
export function serveRequestOf(settings: ServeSettings, world: World): ServeRequest {
  const dataDir = settings['data-dir']
  const inside = (folder: string) => join(dataDir, folder)
  const {host, port, bot, tunnel, to, realign, path = [], allow = []} = settings
  return {
    ...world,
    host,
    port,
    bot,
    botOptions: {
      template: settings.template,
      ack: settings.ack,
      silenceMs: settings['silence-ms'],
      responseDelayMs: settings['response-delay-ms'],
      reload: settings.reload,
    },
    to,
    realign,
    paths: path,
    publicUrl: settings['public-url'],
    tunnel,
    passthruRules: settings['passthru-rules'],
    basicAuth: settings['basic-auth'],
    bearerToken: settings['bearer-token'],
    apiVersion: settings['api-version'],
    allow,
    trustProxy: trustOf(settings['trust-proxy']),
    maxCalls: settings['max-calls'],
    maxConnectionsPerMinute: settings['max-connections-per-minute'],
    maxMessageBytes: settings['max-message-bytes'],
    maxQueueMs: settings['max-queue-ms'],
    idleMs: settings['idle-ms'],
    maxDurationMs: settings['max-duration-ms'],
    tlsCert: settings['tls-cert'],
    tlsKey: settings['tls-key'],
    recordDir: settings.record ? (settings['record-dir'] ?? inside('recordings')) : undefined,
    dumpDir: settings.dump ? (settings['dump-dir'] ?? inside('audio-dumps')) : undefined,
    dumpFormat: settings['dump-format'],
    keepDays: settings['keep-days'],
    keepBytes: settings['keep-mb'] * BYTES_A_MB,
    dataDir,
    logDir: settings['log-dir'] ?? inside('logs'),
    logLevel: settings['log-level'],
    logCategories: settings['log-category'],
  }
}

function trustOf(given: string | undefined): true | readonly string[] | undefined {
  if (given === undefined || given === 'false') return undefined
  return given === 'true' ? true : given.split(',').map((word) => word.trim())
}
