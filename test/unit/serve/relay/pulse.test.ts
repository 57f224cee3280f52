import {expect, test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {isLost} from '../../../../src/serve/relay/pulse.js'
import {socketPair} from '../../../../src/stream/socket-pair.js'

/** A bot whose pongs come as told, in turn; how long until it is given up, if it is. */
async function pulse(pongs: readonly boolean[], {talksAtPing = -1} = {}) {
  const clock = virtualClock()
  const over = new AbortController()
  let pings = 0
  let messages = 0
  const socket = {
    ...socketPair(clock)[0],
    ping: () => {
      if (pings === talksAtPing) messages += 1
      const isAnswered = pongs[pings] ?? false
      pings += 1
      if (pings === pongs.length) over.abort()
      return Promise.resolve(isAnswered ? 1 : undefined)
    },
  }
  const options = {clock, signal: over.signal, messages: () => messages}
  return clock.run(async () => ({lost: await isLost(socket, options), pings}))
}

test('a bot that misses two pings in a row and says nothing is lost', async () => {
  expect(await pulse([true, false, false, true])).toEqual({lost: true, pings: 3})
})

test('one missed ping is forgiven', async () => {
  expect(await pulse([false, true, false, true, false, true])).toEqual({lost: false, pings: 6})
})

test('a bot that talks is there, whatever becomes of the pings', async () => {
  expect(await pulse([false, false, true], {talksAtPing: 1})).toEqual({lost: false, pings: 3})
})
