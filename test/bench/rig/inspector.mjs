import {once} from 'node:events'

import {WebSocket} from 'ws'

import {rssBytesOf} from './cpu.mjs'

/** What a Node process holds after a forced collection, asked through its inspector: no code of ours takes part. */

/** A first collection lets finalisers run whose memory only the next one takes back. */
const COLLECTIONS = 3

/**
 * @typedef {{readonly heapUsed: number, readonly external: number, readonly arrayBuffers: number, readonly rss: number}} Usage
 */

/**
 * @param {{inspector: string | undefined, pid: number}} server
 * @returns {Promise<{heldBytes: number, rssBytes: number}>}
 */
export async function heldBy({inspector = '', pid}) {
  const ws = new WebSocket(inspector, {perMessageDeflate: false})
  await once(ws, 'open')
  let asked = 0
  /**
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<unknown>}
   */
  const ask = (method, params = {}) => {
    const id = (asked += 1)
    ws.send(JSON.stringify({id, method, params}))
    return new Promise((resolve) => {
      ws.on('message', (/** @type {Buffer} */ data) => {
        /** @type {{id?: number, result?: unknown}} */
        const answer = JSON.parse(data.toString())
        if (answer.id === id) resolve(answer.result)
      })
    })
  }
  for (let at = 0; at < COLLECTIONS; at += 1) await ask('HeapProfiler.collectGarbage')
  const expression = 'JSON.stringify(process.memoryUsage())'
  const {result} = /** @type {{result: {value: string}}} the protocol's own form */ (
    await ask('Runtime.evaluate', {expression})
  )
  ws.terminate()
  /** @type {Usage} */
  const usage = JSON.parse(result.value)
  // `external` counts array buffers too.
  return {
    heldBytes: usage.heapUsed + usage.external,
    rssBytes: rssBytesOf(pid) ?? usage.rss,
  }
}
