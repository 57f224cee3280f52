import type {Bot} from '../../stream/bot/bot.js'

/** Listens and never sends, as a Stream applet wants it; tells at the end how much it heard. */
export const sink: Bot = async (call) => {
  let heardSamples = 0
  for await (const event of call.events) {
    if (event.type === 'audio') heardSamples += event.pcm.length
  }
  call.log.info(
    {category: 'MEDIA', heardMs: Math.round((heardSamples / call.sampleRateHz) * 1000)},
    'sink heard it all',
  )
}
