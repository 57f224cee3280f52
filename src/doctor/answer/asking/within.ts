import type {Clock} from '../../../clock.js'

/** What the promise gives, or undefined when the time is over first; rejects when the signal aborts. */
export async function within<T>(
  promise: Promise<T>,
  limitMs: number,
  {clock, signal}: {readonly clock: Clock; readonly signal: AbortSignal},
): Promise<T | undefined> {
  const done = new AbortController()
  const waiting = AbortSignal.any([signal, done.signal])
  const limit = clock.sleepUntil(clock.now() + limitMs, waiting).then(() => undefined)
  try {
    return await Promise.race([promise, limit])
  } finally {
    done.abort()
  }
}
