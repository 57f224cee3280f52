import type {LoadReport} from '../load-report.js'
import type {RunReport} from '../report.js'
import {arrivalsWords, mixWords} from '../text/load/load-words.js'

/** One thing that was asked for differently. */
export type Difference = {readonly what: string; readonly old: string; readonly new: string}

/**
 * What makes two runs two experiments. The target may differ, as it is what one compares, and with it the
 * template of the playback bot and the headers; the seed may, as every run has its own.
 */
export function differencesOf(old: RunReport, next: RunReport): readonly Difference[] {
  const before = conditionsOf(old)
  const after = conditionsOf(next)
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((what) => {
    const [one = 'none', other = 'none'] = [before[what], after[what]]
    return one === other ? [] : [{what, old: one, new: other}]
  })
}

function conditionsOf({plan, load}: RunReport): Readonly<Record<string, string>> {
  const {vad, sources = [], say = []} = plan
  return {
    ...(load
      ? {arrivals: arrivalsWords(load), mix: mixWords(load), search: searchWords(load)}
      : {}),
    scenarios: plan.scenarios.toSorted().join(', '),
    ...Object.fromEntries(
      sources.flatMap(({name, sha256, audioSha256 = 'none'}) => [
        [`the steps of ${name}`, short(sha256)],
        [`the audio of ${name}`, short(audioSha256)],
      ]),
    ),
    'files said': say.join(', '),
    repeat: String(plan.repeat ?? 1),
    clock: plan.clock ?? 'real',
    profile: plan.profile,
    'sample rate': `${String(plan.sampleRateHz)} Hz`,
    frames: `${String(plan.frameMs)} ms`,
    clear: plan.clear,
    'marks on clear': plan.marksOnClear,
    'speech detection': `${String(vad.thresholdDbfs)} dBFS, ${String(vad.startMs)} ms, ${String(vad.stopMs)} ms`,
  }
}

/** What a step of it had to hold decides which calls it made. */
function searchWords({knee}: LoadReport): string {
  return knee ? `for the knee, with ${knee.thresholds.join(', ')}` : 'none'
}

/** Enough of a hash to tell two apart. */
function short(sha256: string): string {
  return sha256 === 'none' ? sha256 : sha256.slice(0, 12)
}
