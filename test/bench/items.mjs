import {audio} from './items/audio.mjs'
import {echo, peer, relay} from './items/echo.mjs'
import {findKnee} from './items/find-knee.mjs'
import {help} from './items/help.mjs'
import {idle} from './items/idle.mjs'
import {knee} from './items/knee.mjs'
import {load} from './items/load.mjs'
import {memory} from './items/memory.mjs'
import {messages} from './items/messages.mjs'

/**
 * @typedef {{
 *   readonly name: string, readonly title: string,
 *   readonly minutes: number, readonly byName?: boolean,
 *   readonly run: (size: import('./run.mjs').Size) => Promise<import('./measure.mjs').Row[]>,
 * }} Item `minutes`: about how long it takes; `byName`: it runs only when it is named.
 */

/** @type {readonly Item[]} */
export const items = [
  {name: 'messages', title: 'A media message against JSON', minutes: 0.3, run: messages},
  {name: 'audio', title: 'Audio against other packages', minutes: 0.5, run: audio},
  {name: 'help', title: 'A start against `node -e 0`', minutes: 0.3, run: help},
  {name: 'idle', title: '`serve` that nobody calls', minutes: 1, run: idle},
  {name: 'echo', title: '`serve --bot echo` against a bare `ws` echo', minutes: 11, run: echo},
  {name: 'knee', title: 'Most calls within a frame, p99', minutes: 5, run: knee},
  {name: 'memory', title: 'Memory a call of `serve --bot echo`', minutes: 5, run: memory},
  {name: 'relay', title: 'What a relay adds', minutes: 1.6, run: relay},
  {name: 'load', title: 'What one thread of `load` carries', minutes: 6, run: load},
  {
    name: 'find-knee',
    title: '`load --find-knee` against a hidden capacity',
    minutes: 14,
    byName: true,
    run: findKnee,
  },
  {name: 'peer', title: 'Another server', minutes: 1.6, byName: true, run: peer},
]
