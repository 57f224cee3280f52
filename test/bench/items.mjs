import {audio, audioTakes} from './items/audio.mjs'
import {echo, echoTakes, peer, peerTakes, relay, relayTakes} from './items/echo.mjs'
import {findKnee, findKneeTakes} from './items/find-knee.mjs'
import {help, helpTakes} from './items/help.mjs'
import {idle, idleTakes} from './items/idle.mjs'
import {knee, kneeTakes} from './items/knee.mjs'
import {load, loadTakes} from './items/load.mjs'
import {memory, memoryTakes} from './items/memory.mjs'
import {messages, messagesTakes} from './items/messages.mjs'

/**
 * @typedef {{readonly times: number, readonly seconds: number, readonly what: string}} Term
 * @typedef {(size: {readonly runs: number, readonly asked?: number | undefined}) => readonly Term[]} Takes
 *   About how long it takes where nothing is discarded.
 * @typedef {{
 *   readonly name: string, readonly title: string,
 *   readonly takes: Takes, readonly needsPeer?: boolean,
 *   readonly run: (size: import('./run.mjs').Size) => Promise<import('./measure.mjs').Row[]>,
 * }} Item
 */

/** @type {readonly Item[]} */
export const items = [
  {name: 'messages', title: 'A media message against JSON', takes: messagesTakes, run: messages},
  {name: 'audio', title: 'Audio against other packages', takes: audioTakes, run: audio},
  {name: 'help', title: 'A start against `node -e 0`', takes: helpTakes, run: help},
  {name: 'idle', title: '`serve` that nobody calls', takes: idleTakes, run: idle},
  {name: 'echo', title: '`serve --bot echo` against a bare `ws` echo', takes: echoTakes, run: echo},
  {name: 'knee', title: 'Most calls within a frame, p99', takes: kneeTakes, run: knee},
  {name: 'memory', title: 'Memory a call of `serve --bot echo`', takes: memoryTakes, run: memory},
  {name: 'relay', title: 'What a relay adds', takes: relayTakes, run: relay},
  {name: 'load', title: 'What one thread of `load` carries', takes: loadTakes, run: load},
  {
    name: 'find-knee',
    title: '`load --find-knee` against a hidden capacity',
    takes: findKneeTakes,
    run: findKnee,
  },
  {name: 'peer', title: 'Another server', takes: peerTakes, needsPeer: true, run: peer},
]

/**
 * @param {readonly Term[]} terms
 * @returns {number}
 */
export function minutesOf(terms) {
  return terms.reduce((total, {times, seconds}) => total + (times * seconds) / 60, 0)
}

/**
 * What there is, and how long each takes, with the sum.
 * @param {{readonly runs: number, readonly asked?: number | undefined}} size
 * @returns {string}
 */
export function listOf(size) {
  const lines = items.map(({name, title, takes, needsPeer}) => {
    const terms = takes(size)
    const sum = terms.map(({times, seconds, what}) => `${times} × ${round(seconds)} s (${what})`)
    const when = needsPeer ? ', with --peer-url' : ''
    return `${name.padEnd(10)} ${title}${when}\n${' '.repeat(11)}${round(minutesOf(terms))} min: ${sum.join(', ')}`
  })
  const all = items.filter(({needsPeer}) => !needsPeer).flatMap(({takes}) => takes(size))
  return [
    ...lines,
    `all that need no peer: about ${Math.round(minutesOf(all))} min, more where runs are discarded`,
  ].join('\n')
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10
}
