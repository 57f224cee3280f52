import {bandOf} from './metric-words.js'

/** What to do about a number that is not excellent, one sentence each. */
const ADVICE: Readonly<Record<string, string>> = {
  firstMediaMs:
    'Have the greeting as audio before the call comes, and send its first chunk as soon as start has arrived.',
  interEventMs:
    'Send each chunk before the one ahead of it has run out: on deadlines counted from the first one, or 200 ms ahead of the ear.',
}

/** One sentence of advice; undefined for what is excellent, or has no band. */
export function adviceFor(metric: string, value: number): string | undefined {
  const band = bandOf(metric, value)
  if (band === undefined || band === 'excellent') return undefined
  return Object.hasOwn(ADVICE, metric) ? ADVICE[metric] : undefined
}
