import {SAMPLE_RATES_HZ} from '../../../protocol/limits.js'
import type {SampleRateHz} from '../../../protocol/messages.js'
import type {Calls, Seen} from '../calls.js'
import {diagnosed} from '../causes.js'
import {outcomeOf} from '../forms.js'
import {greet, say} from '../scenario.js'
import type {Trial, Verdict} from '../trial.js'
import type {Variation} from '../variation.js'

/** How near two durations are that are the same one, played at two rates. */
const TOLERANCE = 0.12

type AtRate = {readonly rateHz: SampleRateHz; readonly seen: Seen}

/** Of the call that is made at that rate alone. */
export function nameAt(rateHz: SampleRateHz): string {
  return `at-${String(rateHz)}-hz`
}

/** C29: the bot is called at every rate and must speak at it. */
export const rates: Trial = {
  rule: 'rate-ignored',
  missing: ({plan}) => {
    if (plan.profile.codec === 'ulaw') return 'Mu-law is at 8000 Hz only.'
    return plan.dynamicUrl === undefined
      ? undefined
      : 'The dynamic URL decides on the rate of each call.'
  },
  run: async (calls) => {
    const spoken: AtRate[] = []
    for (const rateHz of SAMPLE_RATES_HZ) {
      if (calls.lost !== undefined) break
      spoken.push({
        rateHz,
        seen: await calls.try(nameAt(rateHz), atRate(calls, rateHz)),
      })
    }
    return verdictOf(spoken)
  },
}

/** The whole answer is heard out, because its length is looked at. */
export function atRate({plan, greetMs}: Calls, rateHz: SampleRateHz): Variation {
  const dialled = new URL(plan.url.dialled)
  dialled.searchParams.delete('sample_rate')
  dialled.searchParams.set('sample-rate', String(rateHz))
  return {
    profile: {sampleRateHz: rateHz},
    plan: {sampleRateHz: rateHz, url: {...plan.url, dialled, sampleRateHz: rateHz}},
    steps: (clip) => [
      greet(greetMs),
      say(clip),
      {wait: {quietMs: 700, timeoutMs: 20_000}},
      {hangUp: 'stop', now: true},
    ],
  }
}

function verdictOf(spoken: readonly AtRate[]): Verdict {
  const tried = `Called at ${spoken.map(({rateHz}) => String(rateHz)).join(', ')} Hz.`
  const wrong = spoken.flatMap(wrongRate)
  const stretched = stretch(spoken)
  if (wrong.length > 0 || stretched !== undefined) {
    const evidence = [...(stretched === undefined ? [] : [stretched]), ...wrong]
    // A voice that is odd at every rate is odd for another reason, which the calls themselves tell.
    const isIgnored = stretched !== undefined || wrong.length < spoken.length
    return {
      status: 'fail',
      tried,
      detail: evidence.join(' '),
      ...(isIgnored ? {diagnosis: diagnosed('rate-ignored', evidence)} : {}),
    }
  }
  const unanswered = spoken.filter(({seen}) => !seen.isAnswered)
  if (unanswered.length === 0) return {status: 'pass', tried}
  const detail = unanswered
    .map(({rateHz, seen}) => `At ${String(rateHz)} Hz ${outcomeOf(seen)}.`)
    .join(' ')
  return {status: 'fail', tried, detail}
}

/** What the voice in a call tells of its own rate. */
function wrongRate({rateHz, seen}: AtRate): readonly string[] {
  const {diagnosis} = seen.report
  if (!diagnosis?.cause.startsWith('sample-rate-')) return []
  return [`At ${String(rateHz)} Hz: ${diagnosis.summary}`]
}

/** The same answer lasts half as long when 8 kHz are played at 16 kHz; undefined when it does not. */
function stretch(spoken: readonly AtRate[]): string | undefined {
  const heard = spoken.filter(({seen}) => seen.heardMs > 0)
  const [first, ...others] = heard
  if (!first || others.length === 0) return undefined
  const isStretched = others.every(({rateHz, seen}) =>
    isNear((seen.heardMs / first.seen.heardMs) * (rateHz / first.rateHz), 1),
  )
  if (!isStretched) return undefined
  const lasted = heard.map(
    ({rateHz, seen}) => `${(seen.heardMs / 1000).toFixed(1)} s at ${String(rateHz)} Hz`,
  )
  return `The bot was heard for ${lasted.join(', ')}: as many samples at each rate.`
}

export function isNear(value: number, wanted: number): boolean {
  return Math.abs(value / wanted - 1) <= TOLERANCE
}
