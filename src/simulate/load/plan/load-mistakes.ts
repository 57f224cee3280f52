import {CEILING, MOST_CALLS} from './load-plan.js'
import type {LoadRequest} from './load-request.js'
import {mistakeInThreshold} from '../../thresholds.js'

/** The first thing that is wrong with what was asked, in one sentence; what takes a file to know is not here. */
export function mistakeInRequest(request: LoadRequest): string | undefined {
  return (
    mistakeInNumbers(request) ??
    (request.findKnee ? mistakeInSearch(request) : mistakeInArrivals(request)) ??
    mistakeInShard(request) ??
    mistakeInScenarios(request) ??
    mistakeInExpressions(request)
  )
}

function mistakeInNumbers({calls, ratePerS, rampMs, durationMs}: LoadRequest): string | undefined {
  if (calls !== undefined && calls > MOST_CALLS) {
    return `A run makes at most ${String(MOST_CALLS)} calls, not ${String(calls)}.`
  }
  if (ratePerS !== undefined && !(ratePerS > 0)) return 'The --rate has to be more than 0.'
  if (ratePerS !== undefined && ratePerS > MOST_CALLS) {
    return `A run makes at most ${String(MOST_CALLS)} calls: a --rate of more than that a second is none.`
  }
  if (durationMs !== undefined && !(durationMs > 0)) return 'The --duration has to be more than 0.'
  if (rampMs !== undefined && rampMs < 0) return 'The --ramp cannot be less than 0.'
  const tooLong = Object.entries({duration: durationMs, ramp: rampMs}).find(
    ([, ms = 0]) => ms > LONGEST_MS,
  )
  return tooLong ? `The --${tooLong[0]} is a week (168h) at most.` : undefined
}

const LONGEST_MS = 7 * 24 * 3_600_000

function mistakeInArrivals({
  calls,
  concurrency,
  ratePerS,
  durationMs,
  from,
}: LoadRequest): string | undefined {
  if (from !== undefined) return '--from is the first step of --find-knee, and goes with it only.'
  if (concurrency !== undefined && ratePerS !== undefined) {
    return 'Give --concurrency or --rate, not both: the one keeps so many calls open, the other starts so many a second.'
  }
  if (calls === undefined && durationMs === undefined) {
    return 'Say with --calls how many calls to make, or with --duration how long to go on.'
  }
  if (calls === undefined && concurrency === undefined && ratePerS === undefined) {
    return 'With --duration alone it is not known how many calls to make: give --concurrency or --rate, too.'
  }
  if (calls !== undefined && concurrency !== undefined && concurrency > calls) {
    return `${String(calls)} calls are never ${String(concurrency)} at once: give more --calls, or less --concurrency.`
  }
  return undefined
}

function mistakeInSearch({from, concurrency, shard, ...request}: LoadRequest): string | undefined {
  const {calls, ratePerS, rampMs, durationMs} = request
  const given = {calls, rate: ratePerS, ramp: rampMs, duration: durationMs}
  const [unfit] = Object.entries(given).find(([, value]) => value !== undefined) ?? []
  if (unfit !== undefined) {
    return `--find-knee decides how many calls it makes, and when: leave out --${unfit} (--concurrency is its ceiling).`
  }
  if (shard !== undefined) return 'The knee is searched from one machine: leave out --shard.'
  const ceiling = concurrency ?? CEILING
  if (from !== undefined && from > ceiling) {
    const its =
      concurrency === undefined
        ? `which is ${String(CEILING)} unless --concurrency says more`
        : `--concurrency ${String(concurrency)}`
    return `A search that begins at --from ${String(from)} is over its ceiling, ${its}.`
  }
  return undefined
}

function mistakeInShard({shard, calls, concurrency}: LoadRequest): string | undefined {
  if (shard === undefined) return undefined
  const {part, of} = shard
  if (!(part >= 1 && part <= of)) {
    return `--shard ${String(part)}/${String(of)} is no part: the first is 1/${String(of)}, the last ${String(of)}/${String(of)}.`
  }
  return (
    mistakeInShare(calls, {shard}) ??
    (concurrency === undefined ? undefined : divided(concurrency, 'calls at once', of))
  )
}

/**
 * A part without a call would report nothing, and miss when the reports are merged.
 * @param calls of the whole plan; undefined where that hangs on how long they last
 */
export function mistakeInShare(
  calls: number | undefined,
  {shard}: Pick<LoadRequest, 'shard'>,
): string | undefined {
  return shard && calls !== undefined ? divided(calls, 'calls', shard.of) : undefined
}

function divided(count: number, what: string, of: number): string | undefined {
  return count < of
    ? `${String(count)} ${what} cannot be divided among ${String(of)} machines.`
    : undefined
}

function mistakeInScenarios({mix, scenarios = []}: LoadRequest): string | undefined {
  if (mix !== undefined && scenarios.length > 0) {
    return 'Give --mix or --scenario, not both: --mix sales=3,dtmf=1 names each scenario with its weight.'
  }
  const names = mix?.map(({scenario}) => scenario) ?? scenarios
  if (names.includes('conformance')) {
    return 'The scenario conformance is a run of its own, and no load: "exostream simulate --scenario conformance" makes it.'
  }
  const colon = mix && names.find((name) => /^[\w/-]+:\d{1,4}$/.test(name))
  if (colon !== undefined) {
    return `A weight follows an equals sign: --mix ${colon.replace(':', '=')}, not ${colon}.`
  }
  if (mix && names.includes('all')) return 'A mix names each of its scenarios, and not "all".'
  const twice = names.find((name, at) => names.indexOf(name) < at)
  return twice === undefined
    ? undefined
    : `The scenario ${JSON.stringify(twice)} was given twice: once with its weight is enough, as in --mix sales=3,dtmf=1.`
}

function mistakeInExpressions({thresholds = []}: LoadRequest): string | undefined {
  for (const expression of thresholds) {
    const problem = mistakeInThreshold(expression, 'load')
    if (problem !== undefined) return `${told(expression)}: expected ${problem}.`
  }
  return undefined
}

function told(expression: string): string {
  return `--threshold ${JSON.stringify(expression)}`
}
