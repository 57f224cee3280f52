import {type MessagePort, parentPort, workerData} from 'node:worker_threads'

import {systemClock} from '../../../clock.js'
import {openLane} from './lane.js'
import {OpenStreams} from './open-streams.js'
import {
  type FromThread,
  pack,
  type ThreadData,
  type ToThread,
  unpackPlan,
} from './thread-messages.js'
import {openWorstAudio} from '../worst/worst-audio.js'

/** A thread of a load run: one lane, which the main thread orders calls of. Its clock is that of the process. */
async function main(
  port: MessagePort,
  {plan: packed, thread, streams, audio}: ThreadData,
): Promise<void> {
  const plan = unpackPlan(packed)
  const tell = (message: FromThread) => {
    port.postMessage(message)
  }
  const {sampleRateHz} = plan.run
  const lane = openLane(plan, {
    clock: systemClock,
    streams: new OpenStreams(streams),
    audio: audio && (await openWorstAudio({...audio, thread}, sampleRateHz)),
    audience: {
      onEnded: (ended) => tell({type: 'ended', ended: pack(ended)}),
      onPulse: (pulse) => tell({type: 'pulse', pulse: pack(pulse)}),
      onFailed: (error) => {
        throw error
      },
    },
  })
  port.on('message', (message: ToThread) => {
    switch (message.type) {
      case 'begin':
        lane.begin(message.order)
        break
      case 'keep':
        void lane.keep(message.wanted).then((recordings) => tell({type: 'kept', recordings}))
        break
      case 'hang-up':
        lane.hangUp()
        break
      case 'close':
        void lane.close().then(() => tell({type: 'closed'}))
        break
    }
  })
  tell({type: 'ready'})
}

if (!parentPort) throw new Error('this file is for a thread')
// The data is what `threads.ts` gave it.
await main(parentPort, workerData as ThreadData)
