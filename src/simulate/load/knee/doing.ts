import type {LevelReport} from '../../../report/load-report.js'

type Doing = {
  readonly phase: LevelReport['phase']
  readonly concurrency: number
  readonly isAgain?: boolean
  /** How long it takes, as far as that is known. */
  readonly lastsMs: number
  /** What it follows from. */
  readonly after?: {readonly concurrency: number; readonly what: string} | undefined
}

/** What a search does now, for a person: `search: 12 calls, about 20 s, with 16 failed < 1 % broke`. */
export function doingWords({phase, concurrency, isAgain = false, lastsMs, after}: Doing): string {
  const calls = `${String(concurrency)} ${concurrency === 1 ? 'call' : 'calls'}`
  const lasts = `about ${String(Math.max(1, Math.round(lastsMs / 1000)))} s`
  const words = [`${isAgain ? 'again' : WORDS[phase]}: ${calls}`, lasts]
  if (!after) return words.join(', ')
  const isSame = after.concurrency === concurrency
  return [...words, isSame ? after.what : `with ${String(after.concurrency)} ${after.what}`].join(
    ', ',
  )
}

const WORDS: Readonly<Record<LevelReport['phase'], string>> = {
  up: 'up',
  search: 'search',
  hold: 'hold',
  'step-back': 'step back',
  overload: 'overload',
  after: 'leak check',
}
