import type {Bot} from '../../stream/bot/bot.js'

/** Listens and never speaks, as a Stream applet wants it. */
export const sink: Bot = async (call) => {
  let heardSamples = 0
  for await (const event of call.events) {
    if (event.type === 'audio') heardSamples += event.pcm.length
  }
  call.log.info(
    {heardMs: Math.round((heardSamples / call.sampleRateHz) * 1000)},
    'sink heard it all',
  )
}
