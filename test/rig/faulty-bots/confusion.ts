import {corpusCall, type CorpusBot, type Fault, type VoiceName} from './corpus.js'

export type Grid = {readonly voices: readonly VoiceName[]; readonly seeds: readonly number[]}

export type Tally = {
  readonly calls: number
  readonly right: number
  /** One line a wrong diagnosis: what it was of, what was named and on what grounds. */
  readonly wrong: readonly string[]
}

/** Calls each bot with every voice and seed, and compares the cause that is named; none for undefined. */
export async function tally(
  bots: readonly (CorpusBot & {readonly causes: readonly (string | undefined)[]})[],
  {voices, seeds}: Grid,
): Promise<Tally> {
  const wrong: string[] = []
  let calls = 0
  for (const {causes, ...bot} of bots) {
    for (const [voice, seed] of voices.flatMap((one) => seeds.map((two) => [one, two] as const))) {
      const {diagnosis} = await corpusCall({bots: [bot], voice, seed})
      calls += 1
      if (causes.includes(diagnosis?.cause)) continue
      const wanted = causes.map((cause) => cause ?? 'none').join(' or ')
      const named = diagnosis ? `${diagnosis.cause} (${diagnosis.summary})` : 'none'
      wrong.push(`${bot.name}, ${voice}, seed ${String(seed)}: ${wanted} taken for ${named}`)
    }
  }
  return {calls, right: calls - wrong.length, wrong}
}

/** Each fault is to be called by its own name. */
export function byName(faults: readonly Fault[]) {
  return faults.map((fault) => ({...fault, causes: [fault.cause]}))
}

/** A bot that nothing is to be said of. */
export function unnamed(bots: readonly CorpusBot[]) {
  return bots.map((bot) => ({...bot, causes: [undefined]}))
}

/** Two faults in one bot: what the second changes wins where both change the same. */
export function paired(one: Fault, other: Fault) {
  const options: CorpusBot['options'] = (given) => ({
    ...one.options(given),
    ...other.options(given),
  })
  return {name: `${one.name}; ${other.name}`, options, causes: [one.cause, other.cause]}
}
