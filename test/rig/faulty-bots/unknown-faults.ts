import {pcm16ToBytes, toPcm16Sample} from '../../../src/audio/pcm16.js'
import {resample} from '../../../src/audio/resampler.js'
import {noise, tone} from '../../../src/audio/tone.js'
import type {CorpusBot, Given} from './corpus.js'
import type {RawBot, RawBotOptions} from './raw-bot.js'

function heard(change: (pcm: Int16Array, given: Given) => Int16Array): CorpusBot['options'] {
  return (given) => ({toBytes: (pcm: Int16Array) => pcm16ToBytes(change(pcm, given))})
}

function same(options: Partial<RawBotOptions>): CorpusBot['options'] {
  return () => options
}

function speech(change: (pcm: Int16Array) => Int16Array): CorpusBot['options'] {
  return ({voice}) => {
    const changed = change(voice(8000))
    return {speech: Int16Array.from([...changed, ...changed, ...changed])}
  }
}

function beepNowAndThen(bot: RawBot, everyMs: number): void {
  bot.later(everyMs, () => {
    if (!bot.isPlaying) bot.reply()
    beepNowAndThen(bot, everyMs * 1.7)
  })
}

/** Things wrong with a bot that have no name in the list: to be left alone rather than misnamed. */
export const unknownFaults: readonly CorpusBot[] = [
  {
    name: 'tones at odd times',
    options: ({random}) => ({
      speech: tone({hz: 300 + random.below(900), ms: 6000, sampleRateHz: 8000}),
      besides(bot) {
        beepNowAndThen(bot, 5000)
      },
    }),
  },
  {name: 'the same short word each time', options: same({replyMs: 1200})},
  {name: 'each answer twice', options: same({repliesPerTurn: 2})},
  {
    name: 'a voice pitched up',
    options: speech((pcm) => resample(pcm, {fromHz: 8000, toHz: 6400})),
  },
  {
    name: 'a voice pitched down',
    options: speech((pcm) => resample(pcm, {fromHz: 8000, toHz: 10_000})),
  },
  {
    name: 'one chunk in twenty missing',
    options: ({random}) => ({chunkBytes: 640, sends: () => random.below(20) > 0}),
  },
  {
    name: 'very quiet, but audible',
    options: heard((pcm) => pcm.map((sample) => Math.round(sample / 25))),
  },
  {name: 'words backwards', options: speech((pcm) => pcm.toReversed())},
  {
    name: 'noise over the voice',
    options: heard((pcm, {random}) => {
      const hiss = noise({samples: pcm.length, dbfs: -32, random: () => random.next()})
      return pcm.map((sample, index) => toPcm16Sample(sample + (hiss[index] ?? 0)))
    }),
  },
  {
    name: 'pauses at odd places',
    options: ({random}) => ({
      toBytes(pcm) {
        const paused = pcm.slice()
        for (let at = 4000; at < paused.length; at += 4000 + random.below(6000)) {
          paused.fill(0, at, at + 1000)
        }
        return pcm16ToBytes(paused)
      },
    }),
  },
  {
    name: 'a hum under the voice',
    options: heard((pcm) => {
      const hum = tone({hz: 50, ms: (pcm.length / 8000) * 1000, sampleRateHz: 8000, dbfs: -30})
      return pcm.map((sample, index) => toPcm16Sample(sample + (hum[index] ?? 0)))
    }),
  },
  {
    name: 'another speaker in the background',
    options: ({voice}) => ({
      toBytes: (pcm) =>
        pcm16ToBytes(
          pcm.map((sample, index) =>
            toPcm16Sample(sample + (voice(8000)[(index + 9000) % 20_000] ?? 0) / 3),
          ),
        ),
    }),
  },
]
