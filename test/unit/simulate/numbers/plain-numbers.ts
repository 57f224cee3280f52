import type {StreamEvent} from '../../../../src/protocol/events.js'
import type {Span} from '../../../../src/report/report.js'

type Event<T extends StreamEvent['type']> = Extract<StreamEvent, {type: T}>

/** The numbers of a call as they are defined, over every event of it: what the reducer's sums have to come to. */
export function plainNumbers(events: readonly StreamEvent[]) {
  const all = <T extends StreamEvent['type']>(type: T) =>
    events.filter((event): event is Event<T> => event.type === type)
  const audio = all('bot-audio')
  const gaps = all('gap').filter(({cause}) => cause !== 'rig')
  const frames = all('frame').map(lateness)
  const late = [...frames, ...all('late-tick').map(lateness)]
  const gapMs = (...causes: readonly string[]) =>
    gaps.reduce((sum, one) => sum + (causes.includes(one.cause) ? one.gapMs : 0), 0)
  const roundTrips = all('mark-echoed').map(({roundTripMs}) => roundTripMs)
  return {
    frames: frames.map(({ms}) => ms),
    worstMs: Math.max(0, ...late.map(({ms}) => ms)),
    worstIn: ({startMs, endMs}: Span) =>
      Math.max(
        0,
        ...late
          .filter(({intendedMs}) => intendedMs >= startMs - 20 && intendedMs <= endMs + 20)
          .map(({ms}) => ms),
      ),
    metrics: {
      ...interEvent(audio),
      firstMediaMs: audio[0]?.atMs,
      deliveryRatio: deliveryRatio(audio),
      markRoundTripMs: roundTrips.length > 0 ? Math.max(0, ...roundTrips) : undefined,
      ...(audio.length === 0
        ? {}
        : {
            gapMs: gapMs('late-chunk', 'short-last-packet', 'odd-length'),
            gapLateMs: gapMs('late-chunk'),
            gapShortMs: gapMs('short-last-packet'),
            gapOddMs: gapMs('odd-length'),
            underruns: gaps.length,
          }),
    },
    /** The first packet that came from a moment on, and of which something was still to be heard at another. */
    firstHeardMs: (fromMs: number, heardMs: number) =>
      audio.find(
        ({atMs, queuedMs, audible}) =>
          audible && atMs >= fromMs && (Math.floor(atMs / 20) + 1) * 20 + queuedMs > heardMs,
      )?.atMs,
  }
}

function lateness({atMs, intendedMs}: Event<'frame' | 'late-tick'>) {
  return {intendedMs, ms: atMs - intendedMs}
}

type Arrivals = readonly Event<'bot-audio'>[]

function interEvent(audio: Arrivals) {
  const lates: number[] = []
  let dueMs = Number.NEGATIVE_INFINITY
  for (const {atMs, audioMs} of audio) {
    if (atMs <= dueMs + 500) lates.push(Math.max(0, atMs - dueMs))
    dueMs = Math.max(dueMs, atMs) + audioMs
  }
  if (lates.length === 0) return {}
  const sumMs = lates.reduce((sum, one) => sum + one, 0)
  return {interEventMs: sumMs / lates.length, interEventMaxMs: Math.max(...lates)}
}

function deliveryRatio(audio: Arrivals): number | undefined {
  let audioMs = 0
  let takenMs = 0
  for (const [index, next] of audio.entries()) {
    const last = audio[index - 1]
    if (!last || next.atMs - last.atMs > last.audioMs + 500) continue
    audioMs += last.audioMs
    takenMs += next.atMs - last.atMs
  }
  return takenMs > 0 ? audioMs / takenMs : undefined
}
