import {join} from 'node:path'

import {root, said, startNode} from './children.mjs'

/**
 * @typedef {import('./children.mjs').Running} Running
 * @typedef {{readonly name: string, readonly url: string, readonly pid: number, readonly inspector: string | undefined, readonly stop: () => Promise<void>}} Server
 * @typedef {{readonly inspected?: boolean}} Options
 */

export const bin = join(root, 'bin/run.js')
const bareEcho = join(root, 'test/bench/rig/bare-echo.mjs')

/** A limit, not a default: the largest runs are larger than the thousand calls that serve takes. */
const ROOM_FOR_ALL = ['--max-calls', '20000']

/**
 * The baseline.
 * @param {Options} [options]
 * @returns {Promise<Server>}
 */
export async function startBare({inspected = false} = {}) {
  const running = startNode([...inspecting(inspected), bareEcho])
  const url = await said(running, {file: 'stdout', pattern: /^(ws:\S+)$/m})
  return serverOf('bare ws echo', {running, url, inspected})
}

/**
 * `exostream serve` with its default flags, findings, logs and metrics on.
 * @param {readonly string[]} bot
 * @param {Options} [options]
 * @returns {Promise<Server>}
 */
export async function startServe(bot, {inspected = false} = {}) {
  const flags = ['--host', '127.0.0.1', '--port', '0', ...ROOM_FOR_ALL]
  const running = startNode([...inspecting(inspected), bin, 'serve', ...bot, ...flags])
  const url = await said(running, {file: 'stdout', pattern: /(ws:\/\/127\.0\.0\.1:\d+\/\S*)/})
  return serverOf(`serve ${bot.join(' ')}`, {running, url, inspected})
}

/** @param {boolean} inspected */
function inspecting(inspected) {
  return inspected ? ['--inspect=127.0.0.1:0'] : []
}

/**
 * @param {string} name
 * @param {{running: Running, url: string, inspected: boolean}} started
 * @returns {Promise<Server>}
 */
async function serverOf(name, {running, url, inspected}) {
  const inspector = inspected
    ? await said(running, {file: 'stderr', pattern: /listening on (ws:\S+)/})
    : undefined
  return {name, url, pid: running.pid, inspector, stop: running.stop}
}
