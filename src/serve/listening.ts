import type {Server} from 'node:http'
import type {Server as TlsServer} from 'node:https'

import {ExostreamError} from '../errors.js'

type Where = {readonly host: string; readonly port: number}

/**
 * Listens, and tells on which port in the end.
 * @throws ExostreamError EXO_PORT_IN_USE or EXO_LISTEN_FAILED
 */
export async function listen(http: Server | TlsServer, {host, port}: Where): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenFailure(error, {host, port}))
    })
    http.listen({host, port}, resolve)
  })
  http.removeAllListeners('error')
  const address = http.address()
  return typeof address === 'object' && address ? address.port : port
}

/** Where a caller on this machine finds a listener: no one dials 0.0.0.0. */
export function dialledHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function listenFailure(cause: NodeJS.ErrnoException, {host, port}: Where): ExostreamError {
  const where = `${String(port)} on ${host}`
  if (cause.code === 'EADDRINUSE') {
    return new ExostreamError('EXO_PORT_IN_USE', `Port ${where} is taken.`, {cause})
  }
  const message =
    cause.code === 'EACCES'
      ? `Port ${where} may not be opened by this user.`
      : `Port ${where} could not be opened.`
  return new ExostreamError('EXO_LISTEN_FAILED', message, {cause})
}
