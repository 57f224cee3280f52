import type {Fault, Given} from './corpus.js'
import type {RawBotOptions} from './raw-bot.js'

function same(options: Partial<RawBotOptions>) {
  return () => options
}

function chunks(chunkBytes: number, options: Partial<RawBotOptions> = {}) {
  return () => ({chunkBytes, ...options})
}

/** Faults of how the audio is cut, and of when it is sent. */
export const pacingFaults: readonly Fault[] = [
  {name: 'chunks of 160 bytes', cause: 'chunk-too-small', options: chunks(160)},
  {name: 'chunks of 64 bytes', cause: 'chunk-too-small', options: chunks(64)},
  {
    name: 'small chunks at uneven intervals',
    cause: 'chunk-too-small',
    options: ({random}: Given) => ({
      chunkBytes: 320,
      leadMs: 0,
      jitterMs: () => random.below(70),
    }),
  },
  {
    name: 'a chunk of over 100,000 bytes',
    cause: 'chunk-too-large',
    options: chunks(102_400, {replyMs: 7000, isPadded: false}),
  },
  {name: 'chunks of 500 bytes', cause: 'chunk-unaligned', options: chunks(500)},
  {name: 'chunks of 1,000 bytes', cause: 'chunk-unaligned', options: chunks(1000)},
  {
    name: 'the last chunk not padded',
    cause: 'chunk-unaligned',
    options: chunks(3200, {isPadded: false, replyMs: 2490 + 3}),
  },
  {name: 'chunks of 321 bytes', cause: 'chunk-odd', options: chunks(321)},
  {name: 'chunks of 1,601 bytes', cause: 'chunk-odd', options: chunks(1601)},
  {
    name: 'a whole reply at once, in chunks',
    cause: 'burst',
    options: same({leadMs: 60_000, replyMs: 5000}),
  },
  {
    name: 'a whole reply at once, in one message',
    cause: 'burst',
    options: chunks(80_000, {replyMs: 5000}),
  },
  {
    name: 'ten times real time',
    cause: 'burst',
    options: same({pace: 0.1, replyMs: 5000, chunkBytes: 640}),
  },
  {
    name: 'a second of audio in 1.2 s',
    cause: 'slower-than-real-time',
    options: chunks(640, {pace: 1.2}),
  },
  {
    name: 'a second of audio in 1.5 s',
    cause: 'slower-than-real-time',
    options: chunks(3200, {pace: 1.5}),
  },
  {
    name: 'twice real time, without marks',
    cause: 'long-lead-without-marks',
    options: chunks(1600, {pace: 0.45, marks: 'none', replyMs: 7000}),
  },
]
